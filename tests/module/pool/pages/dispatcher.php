<?php
/** What the other pages share: a dispatcher on the database that the request names, and ways to wait for the test. */

declare( strict_types = 1 );

use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\Settings;

/** Of a queue that can delay some jobs. */
function settings( string ...$canDelay ): Settings {
	return new Settings( [
		'canDelay' => $canDelay,
		'repoSiteId' => 'repowiki',
		'localClientDatabases' => [ 'enwiki' => 'enwiki' ],
		'claimTtl' => 2,
		'notificationFormat' => $_GET['format'] ?? 'change-ids',
		'triggerMaxDelay' => 600,
		'triggerEveryChanges' => 1_000_000,
	] );
}

function dispatcher(): Dispatcher {
	return new Dispatcher( [
		'driver' => 'mysql', 'socket' => $_GET['database'], 'user' => 'runner', 'password' => 'secret',
		'database' => 'repo',
	], settings() );
}

/** Says that this point is reached, and goes on when the test says so. */
function pause(): void {
	file_put_contents( "{$_GET['pause']}.reached", (string)getmypid(), FILE_APPEND );
	while ( !file_exists( "{$_GET['pause']}.go" ) ) {
		clearstatcache();
		usleep( 2_000 );
	}
}
