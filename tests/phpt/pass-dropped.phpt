--TEST--
A pass that is dropped unfinished gives its claim back, leaves seen alone, and the client rests; release() leaves no trace
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
$dispatcher->trigger();

$pass = $dispatcher->beginPass( 'enwiki' );
$pass->release();
$pass->release();
echo json_encode( $repo->row( 'enwiki' ) ), "\n";

function failingPush( WikibaseDispatch\Dispatcher $dispatcher ): void {
	$pass = $dispatcher->beginPass( 'enwiki' );
	throw new RuntimeException( 'the queue of ' . $pass->siteId() . ' is unreachable' );
}
failure( fn () => failingPush( $dispatcher ) );
$row = $repo->row( 'enwiki' );
echo $row['chd_seen'], ' ', preg_replace( '/\d{10}/', '<until>', $row['chd_lock'] ), "\n";
// It rests for a second, which would be over before it is looked at on a slow machine.
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = 'wd1r:' || (strftime('%s', 'now') + 250) || ':1:1'" );
$state = $dispatcher->dispatchStates()[0];
var_dump( $state->isResting(), $state->failures(), $dispatcher->trigger()->successorDelay() );
failure( fn () => $dispatcher->beginPass( 'enwiki' ) );
?>
--EXPECT--
{"chd_seen":0,"chd_lock":null}
RuntimeException 0: the queue of enwiki is unreachable
0 wd1r:<until>:1:1
bool(true)
int(1)
int(1)
WikibaseDispatch\ClientRestingException 1104 retryable: cannot begin a pass for enwiki: it rests after a failure, for N s at most
