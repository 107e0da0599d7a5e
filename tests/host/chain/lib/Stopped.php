<?php
/**
 * Somebody wants this process to end.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use Exception;

class Stopped extends Exception {
}
