<?php
/**
 * A Redis server of a test's own: a socket in a folder, no port, nothing on disk. It ends with the process that started
 * it, however that ends.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use Redis;
use RedisException;
use RuntimeException;

final class RedisServer {

	private const PATIENCE = 20;

	/** @var resource|null */
	private $process;
	private readonly string $folder;

	/**
	 * @param string|null $folder that is not there yet, and is removed in the end; null: a temporary one
	 */
	public function __construct( ?string $folder = null ) {
		$this->folder = $folder ?? sys_get_temp_dir() . '/wikibase-dispatch-redis-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->folder, 0700 );
		// The package redis-tools has the server under this name, and starts none when it is installed.
		$command = 'exec -a redis-server redis-check-rdb --port 0 --save "" --appendonly no --daemonize no ' .
			'--loglevel warning --dir "$1" --unixsocket "$2"';
		$log = [ 'file', "{$this->folder}/log", 'a' ];
		// The kernel kills it when this process dies of a signal.
		$this->process = proc_open(
			[ 'setpriv', '--pdeathsig', 'KILL', 'bash', '-c', $command, 'bash', $this->folder, $this->socket() ],
			[ [ 'file', '/dev/null', 'r' ], $log, $log ],
			$pipes
		);
		// In every other case: PHP would wait for it.
		register_shutdown_function( $this->stop( ... ) );
	}

	public function socket(): string {
		return "{$this->folder}/socket";
	}

	/**
	 * An entry of `$wgJobTypeConf` for jobs that are kept here.
	 *
	 * @return array<string,mixed>
	 */
	public function jobQueue(): array {
		return [
			'class' => 'JobQueueRedis',
			'redisServer' => $this->socket(),
			'redisConfig' => [ 'connectTimeout' => 5 ],
			'daemonized' => true,
		];
	}

	/** A connection, as soon as the server answers. */
	public function connect(): Redis {
		$deadline = microtime( true ) + self::PATIENCE;
		while ( true ) {
			try {
				$redis = new Redis();
				$redis->connect( $this->socket() );
				return $redis;
			} catch ( RedisException $e ) {
				if ( microtime( true ) > $deadline || !proc_get_status( $this->process )['running'] ) {
					throw new RuntimeException(
						"redis-server does not answer: {$e->getMessage()}; "
							. file_get_contents( "{$this->folder}/log" )
					);
				}
				usleep( 5_000 );
			}
		}
	}

	public function stop(): void {
		if ( $this->process === null ) {
			return;
		}
		proc_terminate( $this->process, 9 );
		proc_close( $this->process );
		$this->process = null;
		exec( 'rm -rf -- ' . escapeshellarg( $this->folder ) );
	}
}
