--TEST--
The trigger gate is shared by all processes that come from one master, and asks once per window or every so many changes
--EXTENSIONS--
pcntl
--FILE--
<?php
use WikibaseDispatch\Settings;
use WikibaseDispatch\TriggerGate;

function gate( string $repo, array $settings ): TriggerGate {
	return new TriggerGate(
		new Settings( $settings + [ 'repoSiteId' => 'repowiki', 'localClientDatabases' => [ 'enwiki' ] ] ), $repo
	);
}

echo 'no delay: ';
$gate = gate( 'a', [] );
echo json_encode( [ $gate->changesWritten(), $gate->changesWritten(), $gate->changesWritten( 50 ) ] ), "\n";

echo 'a window: ';
$gate = gate( 'b', [ 'triggerMaxDelay' => 3600, 'triggerEveryChanges' => 3 ] );
echo json_encode( array_map( fn () => $gate->changesWritten(), range( 1, 8 ) ) ), "\n";

echo 'many at once: ', json_encode( $gate->changesWritten( 1000 ) ), "\n";
$gate->reopen();
echo 'the trigger could not be scheduled: ', json_encode( $gate->changesWritten() ), "\n";
echo 'another repo: ', json_encode( gate( 'c', [ 'triggerMaxDelay' => 3600 ] )->changesWritten() ), "\n";

// Eight workers, a thousand edits each: one trigger opens the window, and one in every hundred changes asks again.
$pipes = [];
for ( $worker = 0; $worker < 8; $worker++ ) {
	$pair = stream_socket_pair( STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0 );
	if ( pcntl_fork() === 0 ) {
		$gate = gate( 'shared', [ 'triggerMaxDelay' => 3600 ] );
		$asked = array_filter( array_map( fn () => $gate->changesWritten(), range( 1, 1000 ) ), 'is_int' );
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
the trigger could not be scheduled: 3600
another repo: 3600
eight workers: 80 asked, 1 delayed
