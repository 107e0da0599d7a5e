<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The description of a connection is incomplete or wrong.
 *
 * Code 1002; retrying does not help.
 */
class InvalidConnectionException extends DispatchException {
}
