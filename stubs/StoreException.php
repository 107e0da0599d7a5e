<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * The database failed in a way that has no kind of its own.
 *
 * Code 1200; retrying does not help.
 */
class StoreException extends DispatchException {
}
