<?php
/**
 * The process of a CronDispatcher: passes until every client has seen everything, or a file appears.
 *
 * Usage: php cron-dispatcher.php FARM FILE
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

require __DIR__ . '/../support/lib/autoload.php';

$farm = new Farm( $argv[1] );
$dispatcher = new CronDispatcher( $farm, $farm->repo );
while ( !is_file( $argv[2] ) ) {
	if ( !$dispatcher->dispatch() ) {
		usleep( 50_000 );
	}
}
