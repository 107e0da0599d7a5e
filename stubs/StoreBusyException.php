<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Another writer held the database for longer than the time limit.
 *
 * Code 1203; retrying can help.
 */
class StoreBusyException extends StoreException {
}
