<?php
/**
 * A farm with a real Wikibase, on which one of the two dispatches: items that a page of each client uses, job runners
 * while they are wanted, and notes of what arrives when.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming;

use RuntimeException;
use WikibaseDispatchBench\Farm\Counters;
use WikibaseDispatchBench\Measure\Background;
use WikibaseDispatchBench\Measure\Deliveries;
use WikibaseDispatchTests\Farm;
use WikibaseDispatchTests\RedisServer;
use WikibaseDispatchTests\Shell;

class Side extends Farm {

	private const WIKI = __DIR__ . '/../wiki';
	private const CHRON = __DIR__ . '/../../../benches/mediawiki/RedisChron.php';
	private const TYPES = [ 'EntityChangeNotification', 'DispatchNotification' ];
	/** Pages have the number of their item, after those of the installer. */
	private const FIRST_PAGE = 1000;
	private const ITEMS_AT_ONCE = 500;

	private ?RedisServer $redis = null;
	/** @var list<Background> */
	private array $runners = [];
	private int $edits = 0;
	private string $noted;

	/**
	 * @param string $name of who dispatches
	 * @param string $folder of a farm that is there
	 * @param int $items
	 */
	public function __construct( public readonly string $name, string $folder, private readonly int $items ) {
		parent::__construct( $folder );
		$this->noted = "$folder/noted";
		foreach ( $this->wikis as $wiki ) {
			$this->fill( $wiki );
		}
	}

	/** A page for each item, on each wiki; each wiki is subscribed to all of them. */
	private function fill( string $wiki ): void {
		foreach ( array_chunk( range( 1, $this->items ), self::ITEMS_AT_ONCE ) as $numbers ) {
			$rows = static fn ( callable $row ) => implode( ', ', array_map( $row, $numbers ) );
			$page = self::FIRST_PAGE;
			$this->execute( $wiki, 'INSERT INTO {page} ( page_id, page_namespace, page_title, page_random, page_touched,
				page_latest, page_len, page_is_redirect, page_is_new, page_content_model ) VALUES '
				. $rows( static fn ( $n ) =>
					'( ' . ( $page + $n ) . ", 4, 'Uses_Q$n', 0.5, '20200101000000', 1, 1, 0, 0, 'wikitext' )" ) );
			$this->execute( $wiki, 'INSERT INTO {wbc_entity_usage} ( eu_entity_id, eu_aspect, eu_page_id ) VALUES '
				. $rows( static fn ( $n ) => "( 'Q$n', 'L.en', " . ( $page + $n ) . ' )' ) );
			$this->execute( $this->repo,
				'INSERT INTO {wb_changes_subscription} ( cs_entity_id, cs_subscriber_id ) VALUES '
				. $rows( static fn ( $n ) => "( 'Q$n', '$wiki' )" ) );
		}
		$this->execute( $wiki, 'CREATE TABLE timing_purge ( page INT UNSIGNED NOT NULL, at DOUBLE NOT NULL )' );
		$this->execute( $wiki, 'CREATE TRIGGER timing_purge AFTER UPDATE ON {page} FOR EACH ROW BEGIN
			IF NEW.page_touched <> OLD.page_touched THEN
				INSERT INTO timing_purge VALUES ( NEW.page_id, {:now} );
			END IF;
		END' );
	}

	/** What was queued before is gone. */
	public function useQueue( string $queue ): void {
		$this->redis?->stop();
		$this->redis = $queue === 'redis' ? new RedisServer() : null;
		$configuration = $this->redis?->jobQueue() ?? [ 'class' => 'JobQueueDB', 'claimTTL' => $this->queueClaimTtl ];
		$class = $queue === 'redis' ? 'NotedRedisQueue' : 'NotedDatabaseQueue';
		$class = "WikibaseDispatchTiming\\Wiki\\$class";
		$noted = [ 'class' => $class, 'noted' => $this->noted ] + $configuration;
		$file = $queue === 'redis' ? 'NotedRedisQueue' : 'NotedDatabaseQueue';
		$autoload = [ $class => realpath( self::WIKI . "/$file.php" ),
			'WikibaseDispatchTiming\\Wiki\\NotedQueue' => realpath( self::WIKI . '/NotedQueue.php' ) ];
		$this->setJobQueue( $configuration + [ 'autoload' => $autoload ] );
		$this->describe( [ 'globals' => [ 'wgJobTypeConf' => array_fill_keys( self::TYPES, $noted ) ] ] );
		foreach ( $this->wikis as $wiki ) {
			$this->databases->clear( $wiki, [ 'job' ] );
		}
		$this->redis?->connect();
	}

	/** @param int $poll microseconds after which a runner without jobs looks again */
	public function startRunners( int $poll ): void {
		foreach ( $this->wikis as $wiki ) {
			$command = $this->command( $wiki, self::WIKI . '/RunJobs.php', '--poll', (string)$poll );
			$this->begin( "$wiki.jobs", ...$command );
		}
		if ( $this->redis ) {
			$this->begin( 'chron', 'php', self::CHRON, $this->redis->socket(), $this->repo );
		}
	}

	private function begin( string $log, string ...$command ): void {
		$this->runners[] = new Background( array_values( $command ), "{$this->folder}/log/$log.log" );
	}

	public function stopRunners(): void {
		array_map( static fn ( Background $runner ) => $runner->stop(), $this->runners );
		$this->runners = [];
	}

	public function runnersCpu(): float {
		return array_sum( array_map( static fn ( Background $runner ) => $runner->cpu(), $this->runners ) );
	}

	public function counters(): Counters {
		$administrator = $this->databases->connection( $this->repo );
		$pid = (int)Shell::run( "{$this->folder}/server", 'pid' );
		return Counters::read( $administrator, $this->databases->user(), $pid );
	}

	public function edit( float $rate, int $seconds ): Background {
		file_put_contents( "{$this->folder}/log/edits", '' );
		$this->edits += (int)( $rate * $seconds );
		return new Background( $this->command( $this->repo, self::WIKI . '/EditRows.php', '--rate', (string)$rate,
			'--seconds', (string)$seconds, '--items', (string)$this->items, '--first',
			(string)( $this->edits - (int)( $rate * $seconds ) ) ), "{$this->folder}/log/edits" );
	}

	/**
	 * @return array<int,array{item:int,at:float}> change id => when it was committed, of the edits that were begun last
	 */
	public function changes(): array {
		$changes = [];
		foreach ( file( "{$this->folder}/log/edits" ) as $line ) {
			$change = json_decode( $line, true );
			if ( $change === null ) {
				throw new RuntimeException( "an edit has failed: $line" );
			}
			$changes[$change['id']] = [ 'item' => (int)substr( $change['item'], 1 ), 'at' => $change['at'] ];
		}
		return $changes;
	}

	/**
	 * @return array<string,array<int,float>> client => change id => when its notification was in the queue
	 */
	public function arrivals(): array {
		$arrivals = array_fill_keys( $this->wikis, [] );
		foreach ( is_file( $this->noted ) ? file( $this->noted ) : [] as $line ) {
			[ 'wiki' => $wiki, 'at' => $at, 'type' => $type, 'params' => $params ] = json_decode( $line, true );
			$params = unserialize( base64_decode( $params ), [ 'allowed_classes' => false ] );
			foreach ( Deliveries::changesIn( $type, $params ) as $id ) {
				$arrivals[$wiki][$id] ??= $at;
			}
		}
		return $arrivals;
	}

	/**
	 * @return array<string,array<int,list<float>>> client => item => when its page was purged, in order
	 */
	public function purges(): array {
		$purges = [];
		foreach ( $this->wikis as $wiki ) {
			foreach ( $this->rows( $wiki, 'SELECT page, at FROM timing_purge ORDER BY at' ) as $row ) {
				$purges[$wiki][$row['page'] - self::FIRST_PAGE][] = (float)$row['at'];
			}
		}
		return $purges;
	}

	public function forget(): void {
		file_put_contents( $this->noted, '' );
		chmod( $this->noted, 0666 );
		foreach ( $this->wikis as $wiki ) {
			$this->execute( $wiki, 'DELETE FROM timing_purge' );
		}
	}

	/**
	 * @return list<string> of jobs that failed
	 */
	public function failures(): array {
		$lines = [];
		foreach ( glob( "{$this->folder}/log/*.jobs.log" ) as $log ) {
			array_push( $lines, ...preg_grep( '/FAILED|Error|Exception/', file( $log, FILE_IGNORE_NEW_LINES ) ) );
		}
		return $lines;
	}

	public function end(): void {
		$this->stopRunners();
		$this->redis?->stop();
	}
}
