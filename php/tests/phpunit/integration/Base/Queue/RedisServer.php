<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use Redis;
use RedisException;
use RuntimeException;

/**
 * A Redis server of the test's own: a socket in a temporary folder, no port, gone with the process that started it.
 */
final class RedisServer {

	private const PATIENCE = 20;

	/** @var resource|null */
	private $process;
	private readonly string $folder;

	public function __construct() {
		$this->folder = sys_get_temp_dir() . '/wikibase-dispatch-redis-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->folder, 0700 );
		// The package redis-tools has the server under this name, and starts none when it is installed.
		$command = 'exec -a redis-server redis-check-rdb --port 0 --save "" --appendonly no --daemonize no ' .
			'--loglevel warning --dir "$1" --unixsocket "$2"';
		$log = [ 'file', "{$this->folder}/log", 'a' ];
		$this->process = proc_open(
			[ 'bash', '-c', $command, 'bash', $this->folder, $this->socket() ],
			[ [ 'file', '/dev/null', 'r' ], $log, $log ],
			$pipes
		);
		// However this process ends: PHP would wait for that one.
		register_shutdown_function( $this->stop( ... ) );
	}

	public function socket(): string {
		return "{$this->folder}/socket";
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
