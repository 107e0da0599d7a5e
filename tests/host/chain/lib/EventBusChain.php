<?php
/**
 * EventBus, EventGate, a broker, change-propagation, and EventBus's job endpoint: all of them real.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use WikibaseDispatchTests\RedisServer;

class EventBusChain implements EndsAtEndpoint {

	private const DATA_CENTRE = 'datacenter1';
	private const NAME = 'changeprop';
	/** Bytes of a message. */
	public const MOST = 4 * 1024 * 1024;

	public readonly Broker $broker;
	public readonly Server $gate;
	public readonly Server $propagation;
	private readonly Endpoint $endpoint;
	public RedisServer $redis;
	private readonly int $gatePort;
	private int $most = self::MOST;
	private readonly string $redisFolder;

	/**
	 * @param string $farm folder of the farm
	 * @param string $folder of the chain, empty
	 * @param array{eventbus:string,eventgate:string,schemas:string,change-propagation:string,broker:string} $paths
	 * @param list<string> $wikis that run jobs
	 * @param list<string> $types of the jobs that are run; others stay in the broker
	 * @param int $workers of the job endpoint
	 */
	public function __construct(
		string $farm,
		private readonly string $folder,
		private readonly array $paths,
		private readonly array $wikis,
		private readonly array $types,
		int $workers = 4
	) {
		mkdir( "$folder/offsets" );
		touch( "$folder/accepted.jsonl" );
		$topics = [ self::DATA_CENTRE . '.' . self::NAME . '.error' ];
		foreach ( JobTypes::ALL as $type ) {
			$topics[] = self::DATA_CENTRE . ".mediawiki.job.$type";
			$topics[] = self::DATA_CENTRE . '.' . self::NAME . ".retry.mediawiki.job.$type";
		}
		$this->redisFolder = "$folder/redis";
		$this->broker = new Broker( $paths['broker'], $folder, $topics );
		$this->endpoint = new Endpoint( $farm, $folder, $workers );
		$this->gatePort = Server::freePort();
		$this->gate = new Server(
			[ 'node', "{$paths['eventgate']}/server.js", '-c', $this->write( 'eventgate', $this->gateConfig() ) ],
			"$folder/eventgate.log", $this->gatePort, [
				'EVENTGATE' => $paths['eventgate'], 'DATA_CENTRE' => self::DATA_CENTRE,
				'ACCEPTED' => "$folder/accepted.jsonl", 'GATE_FAULT' => "$folder/gate-fault.json",
			]
		);
		$port = Server::freePort();
		$this->propagation = new Server(
			[
				'node', '--require', __DIR__ . '/../node/consumer.js', "{$paths['change-propagation']}/server.js",
				'-c', $this->write( self::NAME, $this->propagationConfig( $port ) ),
			],
			"$folder/change-propagation.log", $port, [
				'KAFKA_CLIENT' => "{$paths['change-propagation']}/node_modules/node-rdkafka",
				'OFFSETS' => "$folder/offsets",
				'UV_THREADPOOL_SIZE' => '128',
			]
		);
	}

	/**
	 * @inheritDoc
	 */
	public function settings(): array {
		return [
			'eventBus' => $this->paths['eventbus'],
			'gate' => "http://127.0.0.1:{$this->gatePort}/v1/events",
			'most' => $this->most,
			'stash' => true,
		];
	}

	/**
	 * @inheritDoc
	 */
	public function start(): void {
		$this->redis = new RedisServer( $this->redisFolder );
		$this->redis->connect();
		$this->broker->start();
		$this->gate->start();
		$this->endpoint->start( $this->wikis );
		$this->propagation->start();
	}

	/**
	 * @inheritDoc
	 */
	public function stop(): void {
		$this->propagation->stop();
		$this->endpoint->server->stop();
		$this->gate->stop();
		$this->broker->server->stop();
		isset( $this->redis ) && $this->redis->stop();
	}

	/** The gate finds that the next messages of a type are not as their schema says. */
	public function refuse( string $type, int $times ): void {
		file_put_contents( "{$this->folder}/gate-fault.json", json_encode( [ 'type' => $type, 'times' => $times ] ) );
	}

	/** The gate takes no more bytes than this at once, and EventBus knows. The farm is to read the settings again. */
	public function limitGate( int $bytes ): void {
		$this->most = $bytes;
		$this->gate->stop();
		$this->write( 'eventgate', $this->gateConfig() );
		$this->gate->start();
	}

	/** Everything that the broker has is read once more from the beginning. */
	public function readAgain(): void {
		$this->propagation->kill();
		array_map( 'unlink', glob( "{$this->folder}/offsets/*" ) );
		// It knows what was begun.
		$this->redis->connect()->flushAll();
		$this->propagation->start();
	}

	/** A broker that comes back with nothing. The groups' positions are the broker's, too. */
	public function loseBroker(): void {
		$this->propagation->kill();
		$this->broker->server->kill();
		array_map( 'unlink', glob( "{$this->folder}/offsets/*" ) );
		$this->broker->start();
		$this->propagation->start();
	}

	public function endpoint(): Endpoint {
		return $this->endpoint;
	}

	/**
	 * @inheritDoc
	 */
	public function pushed( array $types ): iterable {
		return JsonLines::accepted( "{$this->folder}/accepted.jsonl", $types );
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
		return [
			'eventgate' => $this->gate->cpu(), 'broker' => $this->broker->server->cpu(),
			'change-propagation' => $this->propagation->cpu(), 'jobs' => $this->endpoint->cpu(),
		];
	}

	private function write( string $name, array $config ): string {
		$file = "{$this->folder}/$name.yaml";
		// JSON is YAML.
		file_put_contents( $file, json_encode( $config, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES ) );
		return $file;
	}

	private function gateConfig(): array {
		return [
			'num_workers' => 0,
			'logging' => [ 'level' => 'info' ],
			'services' => [ [
				'name' => 'EventGate', 'module' => "{$this->paths['eventgate']}/app.js", 'conf' => [
					'port' => $this->gatePort, 'interface' => '127.0.0.1', 'max_body_size' => $this->most,
					'user_agent' => 'eventgate',
					'eventgate_factory_module' => realpath( __DIR__ . '/../node/gate.js' ),
					'schema_uri_field' => '$schema', 'schema_base_uris' => [ $this->paths['schemas'] ],
					'schema_file_extension' => '.yaml', 'stream_field' => 'meta.stream',
					'kafka' => [
						'conf' => [
							'metadata.broker.list' => "127.0.0.1:{$this->broker->port}", 'dr_cb' => true,
							'producer.poll.interval.ms' => 10, 'queue.buffering.max.ms' => 1,
							'message.max.bytes' => self::MOST, 'message.timeout.ms' => 4000,
						],
						'topic_conf' => [ 'request.required.acks' => 1 ],
					],
				],
			] ],
		];
	}

	private function propagationConfig( int $port ): array {
		$rules = [];
		foreach ( [
			'dispatching' => [ JobTypes::DISPATCHING, 10 ],
			'notifications' => [ JobTypes::NOTIFICATIONS, 4 ],
			'others' => [ JobTypes::OTHERS, 4 ],
		] as $name => [ $types, $concurrency ] ) {
			$topics = array_map(
				static fn ( string $type ) => "mediawiki.job.$type",
				array_values( array_intersect( $types, $this->types ) )
			);
			if ( $topics ) {
				$rules[$name] = [
					'topics' => $topics, 'concurrency' => $concurrency, 'retry_limit' => 3, 'retry_delay' => 1000,
					'retry_factor' => 2, 'retry_on' => [ 'status' => [ '5xx', 423 ] ],
					'exec' => [
						'method' => 'post',
						'uri' => $this->endpoint->url(),
						'headers' => [ 'content-type' => 'application/json', 'host' => '{{message.meta.domain}}' ],
						'body' => '{{globals.message}}',
					],
				];
			}
		}
		$kafka = [
			'metadata_broker_list' => "127.0.0.1:{$this->broker->port}", 'dc_name' => self::DATA_CENTRE,
			'startup_delay' => 0,
			'consumer' => [
				'fetch.wait.max.ms' => '100', 'fetch.min.bytes' => '1',
				'default_topic_conf' => [ 'auto.offset.reset' => 'smallest' ],
			],
			'producer' => [ 'queue.buffering.max.ms' => '1' ],
			'disable_ratelimit' => true, 'concurrency' => 4, 'reenqueue_delay' => 5, 'templates' => $rules,
		];
		$redis = [ 'redis_prefix' => 'CPJQ', 'redis' => [ 'path' => "{$this->redisFolder}/socket" ] ];
		$module = fn ( string $name, array $options ) => [
			'x-modules' => [ [ 'path' => "{$this->paths['change-propagation']}/sys/$name.js", 'options' => $options ] ],
		];
		$allowed = [ 'pattern' => '/^https?:\/\//', 'forward_headers' => [ 'user-agent' => true ] ];
		return [
			'num_workers' => 0,
			'logging' => [ 'name' => self::NAME, 'level' => 'info', 'streams' => [ [ 'type' => 'stdout' ] ] ],
			'services' => [ [
				'name' => self::NAME, 'module' => 'hyperswitch', 'conf' => [
					'port' => $port, 'interface' => '127.0.0.1', 'user_agent' => self::NAME,
					'spec' => [
						'x-sub-request-filters' => [
							[ 'type' => 'default', 'name' => 'http', 'options' => [ 'allow' => [ $allowed ] ] ],
						],
						'title' => 'The Change Propagation root',
						'paths' => [
							'/sys/dedupe' => $module( 'deduplicator', $redis ),
							'/sys/queue' => $module( 'kafka', $kafka ),
						],
					],
				],
			] ],
		];
	}
}
