<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Whatever the module throws. The code is stable and told by the class; the message says what was tried on what, and
 * never carries a password. Nor does the trace: it has no arguments, whatever `zend.exception_ignore_args` says.
 */
class DispatchException extends \RuntimeException {

	/** Whether doing the same again, later, can succeed. */
	public function isRetryable(): bool {
	}
}
