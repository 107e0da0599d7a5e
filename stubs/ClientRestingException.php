<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Changes are pending, but the client rests because its last pass was abandoned.
 *
 * Code 1104; retrying can help.
 */
class ClientRestingException extends DispatchException {
}
