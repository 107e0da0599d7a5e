<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The database refuses the user, or the user lacks a right that is needed.
 *
 * Code 1206; retrying does not help.
 */
class StoreDeniedException extends StoreException {
}
