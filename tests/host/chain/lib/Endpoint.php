<?php
/**
 * EventBus's job endpoint on all wikis of a farm, behind PHP's own web server with some workers.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

class Endpoint {

	private readonly int $port;
	public readonly Server $server;
	private readonly string $log;
	private readonly string $fault;

	public function __construct( string $farm, string $folder, int $workers ) {
		$this->port = Server::freePort();
		$this->log = "$folder/endpoint.jsonl";
		$this->fault = "$folder/fault.json";
		touch( $this->log );
		preg_match( "/MW_INSTALL_PATH='(.+)'/", (string)file_get_contents( "$farm/env" ), $match );
		$this->server = new Server(
			[
				"$farm/php", '-d', 'opcache.enable_cli=1', '-d', 'display_errors=stderr',
				'-S', "127.0.0.1:{$this->port}", __DIR__ . '/../wiki/endpoint.php',
			],
			"$folder/endpoint.log", $this->port, [
				'MW_INSTALL_PATH' => $match[1], 'MW_CONFIG_FILE' => "$farm/LocalSettings.php",
				'ENDPOINT_LOG' => $this->log, 'ENDPOINT_FAULT' => $this->fault,
				'PHP_CLI_SERVER_WORKERS' => (string)$workers,
			], SIGINT
		);
	}

	/**
	 * Starts it, and has each wiki answer once: the first answer takes long.
	 *
	 * @param list<string> $wikis
	 */
	public function start( array $wikis ): void {
		$this->server->start();
		foreach ( $wikis as $wiki ) {
			file_get_contents( $this->url(), false,
				stream_context_create( [ 'http' => [
					'method' => 'POST', 'header' => "Host: $wiki.invalid\r\nContent-Type: application/json",
					'content' => '{}', 'ignore_errors' => true, 'timeout' => 60,
				] ] ) );
		}
	}

	public function url(): string {
		return "http://127.0.0.1:{$this->port}/rest.php/eventbus/v0/internal/job/execute";
	}

	/** What the next jobs of a type meet: see wiki/endpoint.php. */
	public function fault( string $type, string $do, int $times ): void {
		file_put_contents( $this->fault, json_encode( [ 'type' => $type, 'do' => $do, 'times' => $times ] ), LOCK_EX );
	}

	/** How many jobs are still to meet what was asked for. */
	public function faultsLeft(): int {
		return json_decode( (string)file_get_contents( $this->fault ), true )['times'] ?? 0;
	}

	/**
	 * @return iterable<array<string,mixed>> as wiki/endpoint.php writes them
	 */
	public function requests(): iterable {
		return JsonLines::read( $this->log );
	}

	/**
	 * @return iterable<array<string,mixed>> those that were done
	 */
	public function done(): iterable {
		foreach ( $this->requests() as $request ) {
			// One that was answered too late was done.
			if ( $request['status'] === 200 || $request['fault'] === 'answer too late' ) {
				yield $request;
			}
		}
	}

	/** Jobs whose signature was found wrong. All are signed: something has changed them on their way. */
	public function changed(): int {
		$changed = 0;
		foreach ( $this->requests() as $request ) {
			$changed += (int)( $request['status'] === 403 );
		}
		return $changed;
	}

	/** Seconds of processor time that jobs have taken. */
	public function cpu(): float {
		$cpu = 0.0;
		foreach ( $this->requests() as $request ) {
			$cpu += $request['cpu'];
		}
		return $cpu;
	}
}
