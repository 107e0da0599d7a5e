<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The database does not exist: no such file.
 *
 * Code 1205; retrying does not help.
 */
class StoreMissingException extends StoreException {
}
