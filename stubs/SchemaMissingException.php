<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * A table or column is missing: `maintenance/update.php` has not been run, or the table prefix is wrong.
 *
 * Code 1204; retrying does not help.
 */
class SchemaMissingException extends StoreException {
}
