<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The lock server does not answer, so nobody can tell whether somebody else does the pass; nothing was begun.
 *
 * Code 1301; retrying can help.
 */
class LockUnavailableException extends DispatchException {
}
