<?php
/**
 * Lets go the jobs of the repo that were held back, when their time has come: MediaWiki's `JobQueueRedis` leaves that
 * to a service. Arguments: socket of the Redis, the repo. Runs until it is stopped.
 */

declare( strict_types = 1 );

const PERIOD = 100_000;

[ , $socket, $repo ] = $argv;
$redis = new Redis();
$redis->connect( $socket );
while ( true ) {
	foreach ( [ 'wikibase-dispatch-trigger', 'wikibase-dispatch-client' ] as $type ) {
		$queue = "$repo:jobqueue:$type";
		foreach ( $redis->zRangeByScore( "$queue:z-delayed", '0', (string)time() ) as $id ) {
			$redis->zRem( "$queue:z-delayed", $id );
			$redis->lPush( "$queue:l-unclaimed", $id );
		}
	}
	usleep( PERIOD );
}
