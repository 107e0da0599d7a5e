--TEST--
A job that is dropped or fails gives its claim back, leaves seen alone, and the client rests (G12)
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );
$dispatcher = $repo->dispatcher();

function row( Repo $repo ): string {
	$row = $repo->row( 'enwiki' );
	return $row['chd_seen'] . ' ' . preg_replace( '/\d{10}/', '<until>', (string)$row['chd_lock'] ) . "\n";
}

$steps = new Steps( $dispatcher->client( 'enwiki' ) );
unset( $steps );
echo 'dropped: ', row( $repo );

$repo->sql->exec( 'UPDATE wb_changes_dispatch SET chd_lock = NULL' );
$steps = new Steps( $dispatcher->client( 'enwiki' ) );
$steps->until( 'notify' );
$steps->answer( 'thrown', 3 );
echo 'not pushed: ', row( $repo );
echo json_encode( $steps->told( 'pass-failed' ) ), "\n";
failure( fn () => $steps->end() );

// It rests for a second, which would be over before it is looked at on a slow machine.
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = 'wd1r:' || (strftime('%s', 'now') + 250) || ':1:1'" );
$state = $dispatcher->dispatchStates()[0];
var_dump( $state->isResting(), $state->failures() );
failure( fn () => run( $dispatcher->client( 'enwiki' ) ) );
$steps = run( $repo->dispatcher( [ 'canDelay' => [ 'wikibase-dispatch-trigger' ] ] )->client( 'enwiki' ) );
echo 'where the queue can delay a trigger, one comes back: ', implode( ', ', $steps->done ), "\n";

// What it failed for is kept, and may have been pushed.
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = 'wd1r:1:1:1'" );
$steps = run( $dispatcher->client( 'enwiki' ) );
echo implode( ', ', $steps->done ), "\n", row( $repo );
?>
--EXPECT--
dropped: 0 wd1r:<until>:1:1
not pushed: 0 wd1r:<until>:1:1
{"client":"enwiki","failures":1,"cause":{"host":3},"event":"pass-failed"}
RuntimeException 0: what the host has thrown, number 3
bool(true)
int(1)
WikibaseDispatch\ClientRestingException 1104 retryable: cannot begin a pass for enwiki: it rests after a failure, for N s at most
where the queue can delay a trigger, one comes back: push wikibase-dispatch-trigger in 5 s, commit
notify enwiki again, commit, push wikibase-dispatch-prune, commit
1 
