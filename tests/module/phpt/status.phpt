--TEST--
Whether dispatching is healthy, why it is not, and where each client stands
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
use WikibaseDispatch\Status;

$repo = new Repo();
$clients = [ 'dewiki', 'enwiki', 'frwiki', 'offwiki', 'svwiki' ];
$dispatcher = $repo->dispatcher( [ 'localClientDatabases' => $clients, 'claimTtl' => 60 ] );
$set = fn ( string $site, string $what ) => $repo->sql->exec( "UPDATE wb_changes_dispatch SET $what WHERE chd_site = '$site'" );
$now = time();
$failedNow = fn ( string $step ) => [ 'time' => $now, 'step' => $step ];

function headline( Status $status ): void {
	echo "{$status->health()}: {$status->reason()} ", $status->reasonClient() ?? '(nobody)', ", ",
		"{$status->waiting()} wait, {$status->horizon()} of {$status->newest()}\n";
}

function table( Status $status ): void {
	foreach ( $status->clients() as $client ) {
		echo "  {$client->siteId()} on {$client->domain()}: {$client->condition()}, seen {$client->seen()}, {$client->pending()} pending, ",
			$client->seconds() >= 600 ? 'late' : 'in time', $client->isStalled() ? ', stalled' : '', ", {$client->failures()} failures, ",
			$client->trouble() ?? 'well', "\n";
	}
}

headline( $dispatcher->status() );
run( $dispatcher->trigger() );
foreach ( $dispatcher->status()->clients() as $client ) {
	$mark = $client->marked() === null ? 'no mark' : "marked by {$client->version()}";
	echo "  {$client->siteId()}: $mark, told in {$client->format()} of {$client->wantedFormat()}, ", $client->whyNotWanted() ?? 'as wanted', "\n";
}
$repo->change( 'Q1' );
$repo->change( 'Q2' );
headline( $dispatcher->status() );

$repo->sql->exec( "UPDATE wb_changes SET change_time = strftime('%Y%m%d%H%M%S', 'now', '-900 seconds')" );
headline( $dispatcher->status() );

$set( 'enwiki', "chd_seen = 2, chd_touched = strftime('%Y%m%d%H%M%S', 'now')" );
$set( 'frwiki', "chd_seen = 1" );
$set( 'offwiki', 'chd_disabled = 1' );
$repo->sql->exec( "DELETE FROM wb_changes_dispatch WHERE chd_site = 'svwiki'" );
headline( $dispatcher->status() );
$status = $dispatcher->status( [ 'dewiki' => $failedNow( 'begin' ), 'frwiki' => $failedNow( 'push' ), 'gone' => [], 7 => 8 ] );
headline( $status );
table( $status );
echo json_encode( $status->troubled() ), "\n";
headline( $dispatcher->status( [ 'frwiki' => $failedNow( 'push' ) ] ) );
headline( $dispatcher->status( [ '' => $failedNow( 'trigger' ), 'frwiki' => $failedNow( 'push' ) ] ) );

$job = new Steps( $dispatcher->client( 'dewiki' ) );
$job->until( 'commit' );
$claimed = $dispatcher->status()->clients()[0];
echo $claimed->siteId(), ' ', $claimed->condition(), ' ', $claimed->claimedUntil() - time() > 50 ? 'for a while' : 'too short', "\n";
$job->answer( 'thrown' );
$resting = $dispatcher->status()->clients()[0];
echo $resting->condition(), ' ', json_encode( [ $resting->claimedUntil(), $resting->restingUntil() >= time(), $resting->failures(), $resting->dueAt() === $resting->restingUntil() ] ), "\n";
$set( 'dewiki', "chd_lock = 'wd1c:00000000000000ff:' || (strftime('%s', 'now') + 20) || ':2:0'" );
headline( $dispatcher->status() );
table( $dispatcher->status() );

$last = $dispatcher->status();
echo json_encode( [ $last->gapFirst(), $last->gapLast(), $last->gapSince(), $last->gapIsHeld(), $last->gapHolder() ] ), "\n";
echo json_encode( [ $last->medianLag() >= 900, $last->takenAt() >= time() - 1, $last->activeAt() >= time() - 60 ] ), "\n";
failure( fn () => new Status() );
failure( fn () => new WikibaseDispatch\ClientStatus() );
?>
--EXPECT--
untried: nothing-dispatched (nobody), 0 wait, 0 of 0
  dewiki: marked by 0.1.0, told in native of native, as wanted
  enwiki: marked by 0.1.0, told in native of native, as wanted
  frwiki: marked by 0.1.0, told in native of native, as wanted
  offwiki: no mark, told in entity-change of native, no-mark
  svwiki: no mark, told in entity-change of native, no-mark
stuck: no-runner (nobody), 2 wait, 2 of 2
stuck: no-runner (nobody), 2 wait, 2 of 2
lagging: lagging dewiki, 2 wait, 2 of 2
stuck: failing dewiki, 2 wait, 2 of 2
  dewiki on dewiki: failing, seen 0, 2 pending, late, stalled, 1 failures, stuck
  svwiki on svwiki: uninitialised, seen 0, 2 pending, late, stalled, 0 failures, stuck
  frwiki on frwiki: failing, seen 1, 1 pending, late, stalled, 1 failures, stuck
  enwiki on enwiki: up-to-date, seen 2, 0 pending, in time, 0 failures, well
  offwiki on offwiki: disabled, seen 0, 0 pending, in time, 0 failures, well
{"stuck":3,"failing":2,"lagging":0}
stuck: queue-unreachable frwiki, 2 wait, 2 of 2
stuck: queue-unreachable frwiki, 2 wait, 2 of 2
dewiki claimed for a while
failing [null,true,1,true]
stuck: lock-held dewiki, 2 wait, 2 of 2
  dewiki on dewiki: lock-held, seen 0, 2 pending, late, stalled, 0 failures, stuck
  svwiki on svwiki: uninitialised, seen 0, 2 pending, late, stalled, 0 failures, stuck
  frwiki on frwiki: due, seen 1, 1 pending, late, stalled, 0 failures, stuck
  enwiki on enwiki: up-to-date, seen 2, 0 pending, in time, 0 failures, well
  offwiki on offwiki: disabled, seen 0, 0 pending, in time, 0 failures, well
[null,null,null,false,"unknown"]
[true,true,true]
Error 0: Call to private WikibaseDispatch\Status::__construct() from global scope
Error 0: Call to private WikibaseDispatch\ClientStatus::__construct() from global scope
