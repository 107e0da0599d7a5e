<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Statements of one connection are answered by different servers: a proxy sends reads elsewhere than writes.
 *
 * Code 1207; retrying helps once the proxy sends all statements of the connection to the primary.
 */
class SplitConnectionException extends StoreException {
}
