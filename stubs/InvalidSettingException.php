<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * A setting is unknown, has a value that is not allowed, or is missing.
 *
 * Code 1001; retrying does not help.
 */
class InvalidSettingException extends DispatchException {
}
