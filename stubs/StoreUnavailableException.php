<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The database cannot be opened or reached, or lacks memory, threads or descriptors, or this process does.
 *
 * Code 1201; retrying can help.
 */
class StoreUnavailableException extends StoreException {
}
