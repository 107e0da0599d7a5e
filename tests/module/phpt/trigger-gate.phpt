--TEST--
The trigger gate is shared by all processes that come from one master, and asks once per window or every so many changes
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/repo.inc';

use WikibaseDispatch\Job;
use WikibaseDispatch\Settings;
use WikibaseDispatch\TriggerGate;

function gate( string $repo, array $settings ): TriggerGate {
	return new TriggerGate( new Settings( $settings + [
		'repoSiteId' => 'repowiki', 'localClientDatabases' => [ 'dewiki', 'enwiki' ],
		'canDelay' => [ 'wikibase-dispatch-trigger', 'wikibase-dispatch-client' ],
	] ), $repo );
}

/** Pushes what is asked for; returns after how many seconds it is to run. */
function delay( ?Job $job ): ?int {
	return $job === null ? null : ( new Steps( $job ) )->until( 'push' )['jobs'][0]['delay'];
}

echo 'no delay: ';
$gate = gate( 'a', [] );
echo json_encode( array_map( 'delay', [ $gate->changesWritten(), $gate->changesWritten(), $gate->changesWritten( 50 ) ] ) ), "\n";

echo 'a window: ';
$gate = gate( 'b', [ 'triggerMaxDelay' => 3600, 'triggerEveryChanges' => 3 ] );
echo json_encode( array_map( fn () => delay( $gate->changesWritten() ), range( 1, 8 ) ) ), "\n";

$steps = new Steps( $gate->changesWritten( 1000 ) );
echo 'many at once: ', $steps->until( 'push' )['jobs'][0]['delay'], "\n";
$steps->answer( 'thrown', 4 );
failure( fn () => $steps->end() );
echo 'the trigger could not be pushed: ', json_encode( delay( $gate->changesWritten() ) ), "\n";
echo 'another repo: ', json_encode( delay( gate( 'c', [ 'triggerMaxDelay' => 3600 ] )->changesWritten() ) ), "\n";

foreach ( [ 'a trigger' => [], 'the only client' => [ 'localClientDatabases' => [ 'enwiki' ] ], 'a queue that cannot delay' => [ 'canDelay' => [] ] ] as $what => $settings ) {
	echo "$what: ", implode( ', ', run( gate( $what, $settings + [ 'triggerMaxDelay' => 5 ] )->changesWritten() )->done ), "\n";
}

// Eight workers, a thousand edits each: one trigger opens the window, and one in every hundred changes asks again.
$pipes = [];
for ( $worker = 0; $worker < 8; $worker++ ) {
	$pair = stream_socket_pair( STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0 );
	if ( pcntl_fork() === 0 ) {
		$gate = gate( 'shared', [ 'triggerMaxDelay' => 3600 ] );
		$asked = array_filter( array_map( fn () => delay( $gate->changesWritten() ), range( 1, 1000 ) ), 'is_int' );
		fwrite( $pair[1], json_encode( [ count( $asked ), array_sum( $asked ) ] ) );
		exit( 0 );
	}
	fclose( $pair[1] );
	$pipes[] = $pair[0];
}
$answers = array_map( fn ( $pipe ) => json_decode( stream_get_contents( $pipe ) ), $pipes );
echo 'eight workers: ', array_sum( array_column( $answers, 0 ) ), ' asked, ',
	array_sum( array_column( $answers, 1 ) ) / 3600, " delayed\n";
?>
--EXPECT--
no delay: [0,0,0]
a window: [3600,null,null,0,null,null,0,null]
many at once: 0
RuntimeException 0: what the host has thrown, number 4
the trigger could not be pushed: 3600
another repo: 3600
a trigger: push wikibase-dispatch-trigger in 5 s
the only client: push wikibase-dispatch-client of enwiki in 5 s
a queue that cannot delay: push wikibase-dispatch-trigger
eight workers: 80 asked, 1 delayed
