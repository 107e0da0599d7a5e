--TEST--
The examples of docs/native-api.md run as they stand there, and its table of exceptions is true
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
}

/** The reader's own client wiki: page 7 uses Q1. */
final class Wiki {
	public function __construct( public readonly string $siteId ) {
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

$document = file_get_contents( dirname( __DIR__, 2 ) . '/docs/native-api.md' );
preg_match_all( '/^```php\n(.*?)^```$/ms', $document, $blocks );

$repo = new Repo();
$path = $repo->path;
$repo->subscribe( 'enwiki', 'Q1' );
$repo->subscribe( 'dewiki', 'Q2' );
$repo->change( 'Q1' );
$repo->change( 'Q2' );
$repo->change( 'Q3' );
$queues = new Queues();

// One file of all blocks, so that a `use` counts for the blocks after it, as it does for a reader.
$script = tempnam( sys_get_temp_dir(), 'wbd' );
file_put_contents( $script, "<?php\n" . implode( "\n", $blocks[1] ) );
require $script;
unlink( $script );
echo count( $blocks[1] ), " blocks\n";

function drain( Queues $queues, $dispatcher ): string {
	$received = [];
	while ( $queues->jobs ) {
		[ $domain, $type, $params ] = array_shift( $queues->jobs );
		if ( $type === 'MyTrigger' ) {
			( new MyTrigger( $dispatcher, $queues ) )->run();
		} elseif ( $type === 'MyInlineTrigger' ) {
			( new MyInlineTrigger( $dispatcher, $queues ) )->run();
		} elseif ( $type === 'MyPrune' ) {
			( new MyPrune( $dispatcher, $queues ) )->run( static fn () => true );
			$received[] = 'pruned';
		} elseif ( $type === 'MyPass' ) {
			( new MyPass( $dispatcher, $queues ) )->run( $params['siteId'] );
		} elseif ( $type === 'DispatchNotification' ) {
			$received[] = "$domain: $type " . json_encode( handle( $params, new Wiki( $domain ), $queues ) );
		} else {
			$received[] = "$domain: $type " . json_encode( array_column( $params['changes'], 'pages' ) );
		}
	}
	sort( $received );
	return implode( "\n", $received ) . "\n";
}

echo drain( $queues, $dispatcher );
echo json_encode( [ $repo->row( 'enwiki' ), $repo->row( 'dewiki' ) ] ), "\n";
$repo->change( 'Q2' );
$queues->push( 'repowiki', 'MyInlineTrigger', [], 0 );
echo drain( $queues, $dispatcher );
echo json_encode( [ $repo->row( 'enwiki' ), $repo->row( 'dewiki' ) ] ), "\n";
echo status( $dispatcher ), "\n";
echo json_encode( explain( $dispatcher, 4 ) ), "\n";
$repo->change( 'Q1' );
$dispatcher->seek( 'enwiki', 4, 5 );
echo repeat( $dispatcher, 'enwiki', 5, 4 ), "\n";
echo json_encode( explain( $dispatcher, 5 ) ), "\n";

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
9 blocks
dewiki-wb_: DispatchNotification []
enwiki: DispatchNotification {"7":[0,"Berlin"]}
enwiki: MyRecentChanges [{"7":[0,"Berlin"]}]
pruned
[{"chd_seen":3,"chd_lock":null},{"chd_seen":3,"chd_lock":null}]
dewiki-wb_: DispatchNotification []
[{"chd_seen":4,"chd_lock":null},{"chd_seen":4,"chd_lock":null}]
2 clients, 0 claimed, 0 resting, 0 disabled; the one in the middle is 0 changes and 0 seconds behind
["dewiki: subscribed, has been told"]
enwiki gets 1 changes again
["enwiki: subscribed, waits"]
17 of 17 exceptions in the table
