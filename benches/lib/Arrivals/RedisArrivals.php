<?php
/**
 * `JobQueueRedis` on a Redis of the benchmark's own, whose MONITOR says when each job was pushed. Jobs that are held
 * back are let go by mediawiki/RedisChron.php, as the job service that MediaWiki asks for would do.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Arrivals;

use Redis;
use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\Background;
use WikibaseDispatchBench\Measure\Deliveries;
use WikibaseDispatchTests\Shell;

class RedisArrivals implements Arrivals {

	private const TYPE = 'DispatchNotification';

	/** @var list<Background> the last one started first */
	private array $processes = [];
	private string $notes;
	private Redis $redis;

	/** Whether this machine has what it takes. */
	public static function isPossible(): bool {
		return extension_loaded( 'redis' ) && Shell::has( 'redis-server' ) && Shell::has( 'redis-cli' );
	}

	/**
	 * @inheritDoc
	 */
	public function queue(): string {
		return 'JobQueueRedis';
	}

	/**
	 * @inheritDoc
	 */
	public function bench( SavedFarm $farm ): array {
		return [ 'redisQueue' => self::socket( $farm ) ];
	}

	/**
	 * @inheritDoc
	 */
	public function start( SavedFarm $farm, Stream $stream ): void {
		$socket = self::socket( $farm );
		$this->notes = "{$farm->folder}/redis-monitor";
		$this->begin( "{$farm->folder}/redis.log", 'redis-server', '--port', '0', '--unixsocket', $socket, '--save', '',
			'--dir', $farm->folder );
		$this->redis = new Redis();
		while ( !file_exists( $socket ) ) {
			usleep( 10_000 );
		}
		$this->redis->connect( $socket );
		file_put_contents( $this->notes, '' );
		$this->begin( $this->notes, 'redis-cli', '-s', $socket, 'MONITOR' );
		$chron = __DIR__ . '/../../mediawiki/RedisChron.php';
		$this->begin( "{$farm->folder}/redis-chron.log", 'php', $chron, $socket, SavedFarm::REPO );
	}

	/**
	 * @inheritDoc
	 */
	public function all(): iterable {
		foreach ( file( $this->notes ) as $line ) {
			// As the queue's script does it: 1700000000.123456 [0 lua] "lPush" "enwiki:jobqueue:…:l-unclaimed" "id"
			$pattern = '/^(\d+\.\d+) \[0 lua\] "lPush" "([^":]+):jobqueue:' . self::TYPE . ':l-unclaimed" "([^"]+)"/i';
			if ( preg_match( $pattern, $line, $match ) ) {
				[ , $at, $client, $id ] = $match;
				$job = unserialize( $this->redis->hGet( "$client:jobqueue:" . self::TYPE . ':h-data', $id ) );
				$changes = Deliveries::changesIn( self::TYPE, $job['params'] );
				yield [ 'client' => $client, 'at' => (float)$at, 'changes' => $changes ];
			}
		}
	}

	/**
	 * @inheritDoc
	 */
	public function stop(): void {
		foreach ( $this->processes as $process ) {
			$process->stop();
		}
		$this->processes = [];
	}

	private function begin( string $log, string ...$command ): void {
		array_unshift( $this->processes, new Background( $command, $log ) );
	}

	private static function socket( SavedFarm $farm ): string {
		return "{$farm->folder}/redis.sock";
	}
}
