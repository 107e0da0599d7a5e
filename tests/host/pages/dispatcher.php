<?php
/** What the other pages share: a dispatcher on the database that the request names, and ways to wait for the test. */

declare( strict_types = 1 );

use WikibaseDispatch\Dispatcher;
use WikibaseDispatch\Settings;

function settings(): Settings {
	return new Settings( [
		'repoSiteId' => 'repowiki',
		'localClientDatabases' => [ 'enwiki' => 'enwiki' ],
		'claimTtl' => 2,
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
