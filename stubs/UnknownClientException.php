<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The client is not configured, or has no dispatch state yet.
 *
 * Code 1101; retrying does not help.
 */
class UnknownClientException extends DispatchException {
}
