<?php
/**
 * `tansu`, which speaks Kafka's protocol and keeps everything in memory: a restart loses it, topics included.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use WikibaseDispatchTests\Shell;

class Broker {

	public readonly int $port;
	public readonly Server $server;

	/**
	 * @param string $program
	 * @param string $folder
	 * @param list<string> $topics
	 */
	public function __construct( private readonly string $program, string $folder, private readonly array $topics ) {
		$this->port = Server::freePort();
		$this->server = new Server( [
			$program, 'broker', '--listener-url', $this->url(), '--advertised-listener-url', $this->url(),
			'--storage-engine', 'memory://tansu/',
		], "$folder/broker.log", $this->port );
	}

	public function start(): void {
		$this->server->start();
		foreach ( $this->topics as $topic ) {
			// Else three of them, and only the first is read.
			Shell::run( $this->program, 'topic', 'create', '--broker', $this->url(), '--partitions', '1', $topic );
		}
	}

	private function url(): string {
		return "tcp://127.0.0.1:{$this->port}";
	}
}
