<?php
/**
 * Real EventBus and its job endpoint, with a small gate of our own between them.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

class SmallGateChain implements EndsAtEndpoint {

	private readonly Endpoint $endpoint;
	private readonly Server $gate;
	private readonly int $port;
	private readonly string $accepted;

	/**
	 * @param string $farm folder of the farm
	 * @param string $folder of the chain, empty
	 * @param array{eventbus:string} $paths
	 * @param list<string> $wikis that run jobs
	 */
	public function __construct(
		string $farm, string $folder, private readonly array $paths, private readonly array $wikis
	) {
		$this->endpoint = new Endpoint( $farm, $folder, 4 );
		$this->port = Server::freePort();
		$this->accepted = "$folder/accepted.jsonl";
		touch( $this->accepted );
		$this->gate = new Server(
			[ 'php', __DIR__ . '/../small-gate.php', (string)$this->port, $this->endpoint->url(), $this->accepted ],
			"$folder/gate.log", $this->port
		);
	}

	/**
	 * @inheritDoc
	 */
	public function settings(): array {
		return [
			'eventBus' => $this->paths['eventbus'],
			'gate' => "http://127.0.0.1:{$this->port}/v1/events",
			'stash' => true,
		];
	}

	/**
	 * @inheritDoc
	 */
	public function start(): void {
		$this->endpoint->start( $this->wikis );
		$this->gate->start();
	}

	/**
	 * @inheritDoc
	 */
	public function stop(): void {
		$this->gate->stop();
		$this->endpoint->server->stop();
	}

	public function endpoint(): Endpoint {
		return $this->endpoint;
	}

	/**
	 * @inheritDoc
	 */
	public function pushed( array $types ): iterable {
		return JsonLines::accepted( $this->accepted, $types );
	}

	/**
	 * @inheritDoc
	 */
	public function run(): iterable {
		return $this->endpoint->done();
	}

	/**
	 * @inheritDoc
	 */
	public function cpu(): array {
		return [ 'gate' => $this->gate->cpu(), 'jobs' => $this->endpoint->cpu() ];
	}
}
