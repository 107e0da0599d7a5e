<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

use RuntimeException;

/**
 * The native module that PHP has loaded is of a version that this extension cannot work with.
 */
class IncompatibleModuleException extends RuntimeException {

	public function __construct( string $extension, string $module, string $name, string $needed ) {
		parent::__construct(
			"WikibaseDispatch $extension cannot work with version $module of the native module $name, only with " .
			"$needed. Install both in the same version on this host, and restart PHP-FPM or the web server, and job " .
			"runners: a process keeps the module that it was started with."
		);
	}
}
