<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * A queue in Kafka, as EventBus makes it: see {@see KafkaLikeQueue} and {@see Broker} for what stands for them.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays
 */
class KafkaQueueTest extends DelayingQueueTestCase {

	private string $file;
	private Broker $broker;

	protected function setUp(): void {
		$this->file = Farm::used()->folder . '/broker.sqlite';
		if ( is_file( $this->file ) ) {
			unlink( $this->file );
		}
		$this->broker = new Broker( $this->file );
		parent::setUp();
	}

	protected function configuration(): array {
		return [
			'class' => KafkaLikeQueue::class,
			'autoload' => [
				KafkaLikeQueue::class => __DIR__ . '/KafkaLikeQueue.php',
				Broker::class => __DIR__ . '/Broker.php',
			],
			'broker' => $this->file,
		];
	}

	protected function waiting( string $wiki, string $type ): array {
		return array_map(
			static fn ( string $body ) => json_decode( $body, true )['params'],
			$this->broker->waiting( $wiki, $type )
		);
	}

	protected function readyIn( string $wiki ): ?int {
		return $this->broker->readyIn( $wiki );
	}

	protected function runReady( string $wiki ): void {
		$result = $this->farm->maintenance( $wiki, __DIR__ . '/RunMessages.php', '--broker', $this->file );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertStringNotContainsString( 'failed', $result->output );
	}

	protected function moveOn( int $seconds ): void {
		$this->broker->moveOn( $seconds );
	}

	protected function loseJobs(): void {
		$this->broker->loseAll();
	}

	/**
	 * An edit is not announced when the trigger of another is still to come. That trigger may never be run: the queue
	 * takes it for the same as one that was begun after it was published.
	 */
	public function test_an_edit_that_counts_on_the_trigger_of_another_is_not_forgotten(): void {
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$expected = [ $this->edit( 'Q1' ) ];
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->runRound();
		// Passes that are still going on take this one with them.
		$this->passTime( 2 );
		$expected[] = $this->edit( 'Q1' );
		foreach ( Farm::WIKIS as $client ) {
			$this->broker->publish( json_encode( [
				'database' => Farm::REPO, 'type' => 'wikibase-dispatch-client', 'params' => [ 'siteId' => $client ],
			] ) );
		}
		$this->runRound();
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->runRound();
		$expected[] = $this->writeChange( 'Q1' );
		$this->runUntilDrained();
		$this->assertSame( [ 'enwiki' => $expected, 'dewiki' => $expected ], $this->delivered(), $this->farm->log() );
	}

	/** A broker that gives up after three attempts does not know which host has the module. */
	public function test_g16_a_job_given_to_a_host_without_the_module_comes_again_until_another_has_it(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', self::PAGE, 'Berlin', [ 'Q1' => [ 'L.en' ] ] );
		$this->edit( 'Q1' );
		for ( $attempt = 0; $attempt < 4; $attempt++ ) {
			$this->passTime( $this->readyIn( Farm::REPO ) );
			$this->runWithoutModule( Farm::REPO );
		}
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->runReady( Farm::REPO );
		$this->assertCount( 1, $this->waiting( 'enwiki', 'DispatchNotification' ) );
		for ( $attempt = 0; $attempt < 4; $attempt++ ) {
			$this->passTime( $this->readyIn( 'enwiki' ) );
			$this->runWithoutModule( 'enwiki' );
		}
		$this->assertSame( 0, $this->broker->count( 'given up' ) );
		$this->runUntilDrained();
		$this->assertSame( [ 'Berlin' ], array_column( $this->recentChanges( 'enwiki' ), 'rc_title' ) );
	}

	private function runWithoutModule( string $wiki ): void {
		$result = $this->farm->maintenanceWithoutModule( $wiki, __DIR__ . '/RunMessages.php', '--broker', $this->file );
		$this->assertSame( 0, $result->status, $result->output );
		$this->assertStringContainsString( 'requires wikibase_dispatch PHP extension', $this->farm->log() );
	}

	/** What Wikibase's own client side takes: here it is only looked at on its way. */
	public function test_the_format_of_wikibase_is_as_good_on_this_way(): void {
		$this->farm->setSettings( [ 'notificationFormat' => 'entity-change' ] );
		$this->subscribe( 'Q1', 'enwiki' );
		$expected = [ $this->edit( 'Q1' ), $this->edit( 'Q1', "rub\xFF\x00bish" ), $this->edit( 'Q1' ) ];
		$this->passTime( $this->readyIn( Farm::REPO ) );
		$this->runReady( Farm::REPO );
		$notifications = $this->waiting( 'enwiki', 'EntityChangeNotification' );
		$this->assertSame( [ $expected ], array_map(
			// Below zero, since they are of one entity: see docs/client.md.
			static fn ( array $params ) => array_map(
				static fn ( int $id ) => $id + ( 1 << 52 ),
				array_column( $params['changes'], 'id' )
			),
			$notifications
		), $this->farm->log() );
	}

	/** G9 */
	public function test_a_change_that_is_not_even_text_is_delivered_with_the_others(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$expected = [ $this->edit( 'Q1' ), $this->edit( 'Q1', "rub\xFF\x00bish" ), $this->edit( 'Q1' ) ];
		$this->runUntilDrained();
		$this->assertSame( $expected, $this->delivered()['enwiki'] );
	}

	/**
	 * @dataProvider provideHeavyChanges
	 */
	public function test_no_message_is_too_large_however_much_is_in_the_buffer( string $info ): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$expected = [];
		for ( $bytes = 0; $bytes < 3 * 1024 * 1024; $bytes += strlen( $info ) ) {
			$expected[] = $this->writeRawChange( 'Q1', $info );
		}
		$expected[] = $this->edit( 'Q1' );
		$this->runUntilDrained();
		$this->assertSame( $expected, $this->delivered()['enwiki'] );
	}

	/** G1, G9: EventGate has a limit of its own for a request, and EventBus does not tell what it answers. */
	public function test_a_gate_that_takes_less_and_does_not_say_so_is_given_less(): void {
		$this->farm->setJobQueue( [ 'most' => 100_000 ] + $this->configuration() );
		$this->subscribe( 'Q1', 'enwiki', 'dewiki' );
		$expected = [];
		for ( $i = 0; $i < 300; $i++ ) {
			$expected[] = $this->writeChange( 'Q1', metadata: [ 'comment' => str_repeat( 'x', 1000 ) ] );
		}
		$expected[] = $large = $this->writeChange( 'Q1', metadata: [ 'comment' => self::noise( 1, 200_000 ) ] );
		$expected[] = $this->edit( 'Q1' );
		$this->runUntilDrained();
		foreach ( [ 'enwiki', 'dewiki' ] as $client ) {
			$this->assertSame( $expected, $this->delivered()[$client] );
			$this->assertStringContainsString( "the queue of $client does not take change $large", $this->farm->log() );
		}
	}

	public static function provideHeavyChanges(): iterable {
		// What JSON makes longest: each of these characters becomes two, or six, on each level.
		yield 'quotes' => [ json_encode( [ 'metadata' => [ 'comment' => str_repeat( '"', 500_000 ) ] ] ) ];
		yield 'not JSON' => [ str_repeat( "\0", 1_000_000 ) ];
		yield 'not UTF-8' => [ str_repeat( "\xFF", 1_000_000 ) ];
	}
}
