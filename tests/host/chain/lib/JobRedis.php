<?php
/**
 * A Redis for job queues, on a port since the job service takes no socket. It writes to disk when it is asked to.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use Redis;

class JobRedis {

	public readonly int $port;
	public readonly Server $server;
	private ?Server $monitor = null;

	public function __construct( private readonly string $folder ) {
		$this->port = Server::freePort();
		// The package redis-tools has the server under this name, and starts none when it is installed.
		$command = 'exec -a redis-server redis-check-rdb --bind 127.0.0.1 --port "$1" --save "" --appendonly no '
			. '--daemonize no --loglevel warning --dir "$2"';
		$this->server = new Server(
			[ 'bash', '-c', $command, 'bash', (string)$this->port, $folder ], "$folder/redis.log", $this->port
		);
	}

	/** Everything that is asked of it is written down from now on. */
	public function start(): void {
		$this->server->start();
		$this->monitor = new Server(
			[ 'redis-cli', '-h', '127.0.0.1', '-p', (string)$this->port, 'MONITOR' ], $this->notes(), null
		);
		$this->monitor->start();
		while ( !str_contains( (string)file_get_contents( $this->notes() ), 'OK' ) ) {
			usleep( 10_000 );
		}
	}

	public function stop(): void {
		$this->monitor?->stop();
		$this->server->stop();
	}

	/** Has it write down what it holds. */
	public function persist(): void {
		$this->connect()->save();
	}

	/** It ends like in a power failure, and comes back with what it had written down. */
	public function crash(): void {
		$this->server->kill();
		$this->start();
	}

	public function connect(): Redis {
		$redis = new Redis();
		$redis->connect( '127.0.0.1', $this->port );
		return $redis;
	}

	/**
	 * What the scripts of MediaWiki's queue asked of it, in order.
	 *
	 * @param string $name of the commands, in small letters
	 * @param string $part of a queue
	 * @return iterable<array{at:float,wiki:string,type:string,arguments:list<string>}>
	 */
	public function commands( string $name, string $part ): iterable {
		$notes = fopen( $this->notes(), 'r' );
		while ( ( $line = fgets( $notes ) ) !== false ) {
			if ( !str_ends_with( $line, "\n" ) ) {
				// It is being written.
				break;
			}
			// 1700000000.123456 [0 lua] "hSet" "enwiki:jobqueue:…:h-data" "id" "…"
			$pattern = "/^([\d.]+) \[0 lua\] \"$name\" \"([^\":]+):jobqueue:([^\":]+):$part\"(.*)$/i";
			if ( preg_match( $pattern, $line, $match ) ) {
				preg_match_all( '/"((?:[^"\\\\]++|\\\\.)*+)"/', $match[4], $arguments );
				yield [
					'at' => (float)$match[1], 'wiki' => $match[2], 'type' => $match[3],
					'arguments' => array_map( 'stripcslashes', $arguments[1] ),
				];
			}
		}
		fclose( $notes );
	}

	private function notes(): string {
		return "{$this->folder}/redis-monitor";
	}
}
