--TEST--
The examples of docs/native-api.md run as they stand there, and its tables of events and exceptions are true
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';

/** The reader's own queues: kept in memory, de-duplicating as MediaWiki's do. */
final class Queues {
	public array $jobs = [];

	public function push( string $domain, string $type, array $params, int $delay ): void {
		$this->jobs["$domain $type " . json_encode( $params )] = [ $domain, $type, $params ];
	}

	public function commit(): void {
	}

	public function rollBack(): void {
	}

	public function replicasFollow( int $seconds ): bool {
		return true;
	}
}

/** The reader's own log. */
final class Log {
	public array $events = [];

	public function write( array $event ): void {
		$this->events[] = $event;
	}
}

/** The reader's own client wiki: page 7 uses Q1. */
final class Wiki {
	public function __construct( public readonly string $siteId ) {
	}

	public function usedAspects( array $entities ): array {
		return in_array( 'Q1', $entities ) ? [ 'Q1' => [ 'O' ] ] : [];
	}

	public function usages( array $lookup ): array {
		return in_array( 'O', $lookup['Q1'] ?? [] ) ? [ 'Q1' => [ 'O' => [ 7 ] ] ] : [];
	}

	public function pageIds( array $titles ): array {
		return [];
	}

	public function pages( array $ids ): array {
		return array_fill_keys( $ids, [ 0, 'Berlin' ] );
	}
}

$document = file_get_contents( dirname( __DIR__, 3 ) . '/docs/native-api.md' );
preg_match_all( '/^```php\n(.*?)^```$/ms', $document, $blocks );

$repo = new Repo();
$path = $repo->path;
$repo->subscribe( 'enwiki', 'Q1' );
$repo->subscribe( 'dewiki', 'Q2' );
$repo->change( 'Q1' );
$repo->change( 'Q2' );
$repo->change( 'Q3' );
$queues = new Queues();
$log = new Log();

// One file of all blocks, so that a `use` counts for the blocks after it, as it does for a reader.
$script = tempnam( sys_get_temp_dir(), 'wbd' );
file_put_contents( $script, "<?php\n" . implode( "\n", $blocks[1] ) );
require $script;
unlink( $script );
echo count( $blocks[1] ), " blocks\n";

function drain( Queues $queues, $dispatcher, MyHost $host ): string {
	$received = [];
	while ( $queues->jobs ) {
		[ $domain, $type, $params ] = array_shift( $queues->jobs );
		if ( $type === 'wikibase-dispatch-trigger' ) {
			( new MyTrigger( $dispatcher, $host ) )->run();
		} elseif ( $type === 'wikibase-dispatch-client' ) {
			$host->run( $dispatcher->client( $params['siteId'] ) );
		} elseif ( $type === 'wikibase-dispatch-prune' ) {
			$host->run( $dispatcher->prune() );
		} elseif ( $type === 'DispatchNotification' ) {
			$received[] = "$domain: $type " . json_encode( handle( $params, new Wiki( $domain ), $queues ) );
		} else {
			$received[] = "$domain: $type " . json_encode( array_column( $params['changes'], 'pages' ) );
		}
	}
	sort( $received );
	return implode( "\n", $received ) . "\n";
}

echo drain( $queues, $dispatcher, $host );
echo json_encode( [ $repo->row( 'enwiki' ), $repo->row( 'dewiki' ) ] ), "\n";
$repo->change( 'Q2' );
$queues->push( 'dewiki', 'wikibase-dispatch-client', [ 'siteId' => 'dewiki' ], 0 );
echo drain( $queues, $dispatcher, $host );
echo json_encode( [ $repo->row( 'enwiki' ), $repo->row( 'dewiki' ) ] ), "\n";
$host->run( $dispatcher->catchUp( [] ) );
$host->run( $dispatcher->lookOut() );
$host->run( $dispatcher->wikibase() );
echo status( $dispatcher ), "\n";
echo json_encode( explain( $dispatcher, 4 ) ), "\n";
$repo->change( 'Q1' );
$dispatcher->seek( 'enwiki', 4, 5 );
echo repeat( $dispatcher, 'enwiki', 5, 4 ), "\n";
echo json_encode( explain( $dispatcher, 5 ) ), "\n";
failure( fn () => $host->run( $dispatcher->client( 'nowiki' ) ) );

preg_match_all( '/^\| `([a-z-]+)` \| (.*?) \|/m', substr( $document, strpos( $document, '### Events' ) ), $rows, PREG_SET_ORDER );
foreach ( $rows as [ , $event, $fields ] ) {
	preg_match_all( '/`(\w+)`/', $fields, $names );
	$table[$event] = $names[1];
}
$told = [];
foreach ( $log->events as $event ) {
	$told[] = $name = $event['event'];
	unset( $event['event'] );
	if ( array_keys( $event ) !== $table[$name] ) {
		echo "$name: the table says ", implode( ', ', $table[$name] ), ', it has ', implode( ', ', array_keys( $event ) ), "\n";
	}
}
$told = array_unique( $told );
sort( $told );
echo 'as the table says: ', implode( ', ', $told ), "\n";

preg_match_all( '/^\| `(\w+)`.* \| (\d+) \| (yes|no) \|$/m', $document, $rows, PREG_SET_ORDER );
foreach ( $rows as [ , $class, $code, $retry ] ) {
	$name = "WikibaseDispatch\\$class";
	if ( ( new $name( '', (int)$code ) )->isRetryable() !== ( $retry === 'yes' ) ) {
		echo "$class: the table says retry: $retry\n";
	}
}
$classes = array_filter( get_declared_classes(), fn ( $class ) => is_subclass_of( $class, 'WikibaseDispatch\DispatchException' ) );
echo count( $rows ), ' of ', count( $classes ), " exceptions in the table\n";
?>
--EXPECT--
7 blocks
dewiki-wb_: DispatchNotification []
enwiki: DispatchNotification {"7":[0,"Berlin"]}
enwiki: MyRecentChanges [{"7":[0,"Berlin"]}]
[{"chd_seen":3,"chd_lock":null},{"chd_seen":3,"chd_lock":null}]
dewiki-wb_: DispatchNotification []
[{"chd_seen":4,"chd_lock":null},{"chd_seen":4,"chd_lock":null}]
2 clients, 0 claimed, 0 resting, 0 disabled; the one in the middle is 0 changes and 0 seconds behind
["dewiki: subscribed, has been told"]
enwiki gets 1 changes again
["enwiki: subscribed, waits"]
WikibaseDispatch\UnknownClientException 1101 final: "nowiki" is not among the configured clients (localClientDatabases)
as the table says: batch-pruned, catching-up, caught-up, pass-failed, pass-finished, pruned, rollout-changed, trigger-ended, triggered
18 of 18 exceptions in the table
