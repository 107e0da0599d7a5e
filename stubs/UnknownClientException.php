<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The client is not configured.
 *
 * Code 1101; retrying does not help.
 */
class UnknownClientException extends DispatchException {
}
