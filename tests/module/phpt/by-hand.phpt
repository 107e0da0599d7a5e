--TEST--
A client's rest ends, and what was set aside for it is listed and delivered again, because somebody says so
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';

$repo = new Repo();
$dispatcher = $repo->dispatcher( [ 'localClientDatabases' => [ 'dewiki', 'enwiki' ] ] );
run( $dispatcher->trigger() );
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );
run( $dispatcher->trigger() );

echo $dispatcher->wake( 'enwiki' ), "\n";
$repo->sql->exec( "UPDATE wb_changes_dispatch SET chd_lock = 'wd1r:" . ( time() + 200 ) . ":1:3' WHERE chd_site = 'enwiki'" );
echo $dispatcher->wake( 'enwiki' ), "\n";
failure( fn () => $dispatcher->wake( 'nowiki' ) );

echo $dispatcher->takeUp( 'enwiki', 1 ), "\n";
$repo->sql->exec( "INSERT INTO wb_changes_aside VALUES ('enwiki', 1, 'Q1', '20260131235959'), ('enwiki', 7, 'Q2', '20260131235959')" );
echo json_encode( $dispatcher->setAside( 'enwiki' ) ), "\n";
echo json_encode( $dispatcher->setAside( 'dewiki' ) ), "\n";
echo $dispatcher->takeUp( 'enwiki', 1 ), "\n";
echo $dispatcher->takeUp( 'enwiki', 7 ), "\n";
$dispatcher->disable( 'enwiki' );
echo $dispatcher->takeUp( 'enwiki', 7 ), ' ', $dispatcher->wake( 'enwiki' ), "\n";
failure( fn () => $dispatcher->takeUp( 'nowiki', 1 ) );
failure( fn () => $dispatcher->setAside( 'nowiki' ) );

$repo->sql->exec( "UPDATE wb_changes_client SET cc_time = '20260101000000' WHERE cc_site = 'enwiki'" );
foreach ( $dispatcher->dispatchStates() as $state ) {
	echo $state->siteId(), $state->loadsExtension() ? ' loads' : ' may not load', " the extension\n";
}
?>
--EXPECT--
already
done
WikibaseDispatch\UnknownClientException 1101 final: "nowiki" is not among the configured clients (localClientDatabases)
not-aside
[{"client":"enwiki","id":1,"entity":"Q1","time":1769903999},{"client":"enwiki","id":7,"entity":"Q2","time":1769903999}]
[]
done
gone
disabled disabled
WikibaseDispatch\UnknownClientException 1101 final: "nowiki" is not among the configured clients (localClientDatabases)
WikibaseDispatch\UnknownClientException 1101 final: "nowiki" is not among the configured clients (localClientDatabases)
dewiki loads the extension
enwiki may not load the extension
