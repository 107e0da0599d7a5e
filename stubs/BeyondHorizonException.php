<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * A client cannot be set behind a change whose transaction may still commit, or that nobody has written yet.
 *
 * Code 1105; retrying can help.
 */
class BeyondHorizonException extends DispatchException {
}
