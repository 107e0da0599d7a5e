<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The database, or its file, cannot be written.
 *
 * Code 1202; retrying can help.
 */
class StoreReadOnlyException extends StoreException {
}
