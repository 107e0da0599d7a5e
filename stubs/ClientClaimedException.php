<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Changes are pending, but another runner does a pass for the client, or died doing one and its claim has not expired.
 *
 * Code 1103; retrying can help.
 */
class ClientClaimedException extends DispatchException {
}
