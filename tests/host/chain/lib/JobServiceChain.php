<?php
/**
 * `JobQueueRedis` on a real Redis, and both services of `mediawiki/services/jobrunner`: the one that starts runners,
 * and the one that hands out delayed jobs and those of dead runners.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

class JobServiceChain implements Chain {

	public readonly JobRedis $redis;
	public readonly Server $runners;
	public readonly Server $chron;

	/**
	 * @param string $farm folder of the farm
	 * @param string $folder of the chain, empty
	 * @param array{jobrunner:string} $paths
	 * @param list<string> $types of the jobs that are run; others stay in the queue
	 * @param int $claimTtl seconds after which a dead runner's job is given out again
	 */
	public function __construct(
		string $farm, private readonly string $folder, array $paths, array $types, public readonly int $claimTtl = 5
	) {
		$this->redis = new JobRedis( $folder );
		preg_match( "/MW_INSTALL_PATH='(.+)'/", (string)file_get_contents( "$farm/env" ), $match );
		$server = "127.0.0.1:{$this->redis->port}";
		$runner = "exec env METER=$folder/meter.jsonl $farm/mw %(db)x runJobs";
		file_put_contents( "$folder/jobrunner.json", json_encode( [
			'groups' => array_filter( [
				'dispatching' => self::group( 2, JobTypes::DISPATCHING, $types ),
				'notifications' => self::group( 2, JobTypes::NOTIFICATIONS, $types ),
				'others' => self::group( 2, JobTypes::OTHERS, $types ),
			] ),
			'limits' => [
				'attempts' => [ '*' => 3 ], 'claimTTL' => [ '*' => $claimTtl ], 'real' => [ '*' => 300 ],
				'memory' => [ '*' => '300M' ],
			],
			'redis' => [ 'aggregators' => [ $server ], 'queues' => [ $server ] ],
			'dispatcher' => "$runner --type=%(type)x --maxtime=%(maxtime)x --memory-limit=%(maxmem)x --result=json",
		], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES ) );
		// The services take a class from MediaWiki's libraries where they have none of their own.
		$service = static fn ( string $name ) => new Server( [
			'php', '-d', "auto_prepend_file={$match[1]}/vendor/autoload.php", "{$paths['jobrunner']}/$name",
			"--config-file=$folder/jobrunner.json",
		], "$folder/$name.log", null );
		$this->runners = $service( 'redisJobRunnerService' );
		$this->chron = $service( 'redisJobChronService' );
	}

	/**
	 * @param int $runners
	 * @param list<string> $of
	 * @param list<string> $run
	 * @return array{runners:int,include:list<string>}|null
	 */
	private static function group( int $runners, array $of, array $run ): ?array {
		$types = array_values( array_intersect( $of, $run ) );
		return $types ? [ 'runners' => $runners, 'include' => $types ] : null;
	}

	/**
	 * @inheritDoc
	 */
	public function settings(): array {
		return [
			'jobQueue' => [
				'class' => 'JobQueueRedis', 'redisServer' => "127.0.0.1:{$this->redis->port}",
				'redisConfig' => [ 'connectTimeout' => 5 ], 'daemonized' => true, 'claimTTL' => $this->claimTtl,
			],
			'stash' => true,
		];
	}

	/**
	 * @inheritDoc
	 */
	public function start(): void {
		touch( "{$this->folder}/meter.jsonl" );
		$this->redis->start();
		$this->chron->start();
		$this->runners->start();
	}

	/**
	 * @inheritDoc
	 */
	public function stop(): void {
		$this->runners->stop();
		$this->chron->stop();
		$this->redis->stop();
	}

	/**
	 * @inheritDoc
	 */
	public function pushed( array $types ): iterable {
		foreach ( $this->redis->commands( 'hset', 'h-data' ) as $command ) {
			if ( in_array( $command['type'], $types, true ) ) {
				[ $id, $job ] = $command['arguments'];
				$params = unserialize( $job, [ 'allowed_classes' => false ] )['params'];
				yield [ 'id' => $id, 'params' => $params ] + $command;
			}
		}
	}

	/**
	 * @inheritDoc
	 */
	public function run(): iterable {
		// It is taken out when it was done. A service would take out what it has given up, much later.
		foreach ( $this->redis->commands( 'hdel', 'h-data' ) as $command ) {
			yield [ 'id' => $command['arguments'][0] ] + $command;
		}
	}

	/**
	 * @inheritDoc
	 */
	public function cpu(): array {
		$cpu = [
			'redis' => $this->redis->server->cpu(), 'services' => $this->runners->cpu() + $this->chron->cpu(),
			'jobs' => 0.0,
		];
		foreach ( JsonLines::read( "{$this->folder}/meter.jsonl" ) as $process ) {
			$cpu['jobs'] += $process['cpu'];
		}
		return $cpu;
	}
}
