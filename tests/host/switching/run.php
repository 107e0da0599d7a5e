<?php
/**
 * The rollout on a farm that exists already (`tests/host/rollout` makes it).
 *
 * Usage: php run.php FOLDER SEQUENCE SWITCH MINUTES SEED LATE
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

use RuntimeException;
use WikibaseDispatchTests\Progress;

require __DIR__ . '/../../support/lib/autoload.php';
require __DIR__ . '/autoload.php';

[ , $folder, $sequence, $switch, $minutes, $seed, $late ] = $argv;
mt_srand( crc32( "switches $seed" ) );
// All processes that are started here write there what they have to say.
putenv( "FARM_LOG=$folder/log/dispatch.log" );
// Whoever ends this process ends its servers, too.
pcntl_async_signals( true );
foreach ( [ SIGINT, SIGTERM, SIGHUP ] as $signal ) {
	pcntl_signal( $signal, static fn () => throw new RuntimeException( 'ended by a signal' ) );
}
$start = microtime( true );
$progress = new Progress();
$trial = new Trial( $folder, $progress );
try {
	$progress->note( 'making entities, and pages that use them' );
	$trial->prepare();
	$clients = $trial->farm->wikis;
	shuffle( $clients );
	$steps = [];
	do {
		array_push( $steps, ...Sequence::steps( $sequence, $clients ) );
	} while ( count( $steps ) * (int)$switch < 60 * (int)$minutes );
	$progress->note( "sequence $sequence, a switch every $switch s, seed $seed, clients " . implode( ', ', $clients ) );
	$trial->roll( $steps, (int)$switch, (bool)$late, $seed );
	$progress->clear();
	$code = ( new Report( $trial ) )->print();
	printf( "%s, sequence %s, a switch every %d s, seed %s, %.0f s\n",
		$trial->versions(), $sequence, $switch, $seed, microtime( true ) - $start );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, "rollout: {$e->getMessage()}\n" );
	$code = 1;
} finally {
	$trial->stop();
}
exit( $code );
