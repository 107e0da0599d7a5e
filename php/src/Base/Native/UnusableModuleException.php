<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use RuntimeException;

/**
 * What was asked for takes the native module, and this process has none, or one that this extension cannot work with.
 * Another host may have it, so it can be tried again.
 */
class UnusableModuleException extends RuntimeException {
}
