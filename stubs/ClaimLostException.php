<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The claim of a pass was lost before it finished; nothing has been recorded, and somebody else does it.
 *
 * Code 1102; retrying can help.
 */
class ClaimLostException extends DispatchException {
}
