<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * Recent changes are written on every schema, and reach handlers and feeds.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeWriter
 */
class RecentChangesTest extends FarmTestCase {

	private const LISTENING = [
		'wgHooks' => [ 'RecentChange_save' => [ 'WikibaseDispatchFarm\HeardChanges::save' ] ],
	];

	private RecentChangesSchema $schema;

	protected function setUp(): void {
		parent::setUp();
		$this->schema = new RecentChangesSchema( $this->farm, 'enwiki' );
		$this->schema->restore();
		$this->subscribe( 'Q1', 'enwiki' );
		$this->createPage( 'enwiki', 7, 'Berlin', [ 'Q1' => [ 'X' ] ] );
		$this->createPage( 'enwiki', 8, 'Paris', [ 'Q1' => [ 'X' ] ] );
		$this->writeChange( 'Q1', [ 'labelChanges' => [ 'en' ] ], [ 'comment' => ' one ', 'bot' => 1 ] );
		$this->writeChange( 'Q1', [ 'labelChanges' => [ 'de' ] ], [ 'comment' => 'two' ] + self::SOMEBODY_ELSE );
	}

	protected function tearDown(): void {
		$this->schema->restore();
		$heard = "{$this->farm->folder}/heard.jsonl";
		if ( is_file( $heard ) ) {
			unlink( $heard );
		}
	}

	/** @dataProvider schemas */
	public function test_rows_are_written_on_the_schema_of_every_version( string ...$columns ): void {
		$this->schema->keepOnly( ...$columns );
		$this->dispatchAll();
		$rows = $this->recentChanges( 'enwiki' );
		$this->assertCount( 4, $rows, $this->farm->log() );
		foreach ( [ 'rc_new' => 0, 'rc_type' => 5 ] as $column => $value ) {
			$this->assertEquals(
				in_array( $column, $columns, true ) ? $value : null, $rows[0][$column] ?? null
			);
		}
	}

	public static function schemas(): iterable {
		yield 'rc_new and rc_type' => [ 'rc_new', 'rc_type' ];
		yield 'no rc_new' => [ 'rc_type' ];
		yield 'no rc_type' => [ 'rc_new' ];
		yield 'neither' => [];
	}

	public function test_rows_are_the_same_whether_anybody_listens_or_not(): void {
		$this->dispatchAll();
		$inBulk = $this->withoutIds();
		$this->farm->database( 'enwiki' )->exec( 'DELETE FROM recentchanges' );
		$this->assertFileDoesNotExist( "{$this->farm->folder}/heard.jsonl" );

		$this->farm->setGlobals( self::LISTENING );
		$this->farm->database( Farm::REPO )->exec( 'UPDATE wb_changes_dispatch SET chd_seen = 0' );
		$this->dispatchAll();
		$this->assertSame( $inBulk, $this->withoutIds(), $this->farm->log() );
	}

	public function test_a_handler_hears_of_each_row_once(): void {
		$this->farm->setGlobals( self::LISTENING );
		$this->dispatchAll();
		$rows = $this->recentChanges( 'enwiki' );
		$this->assertCount( 4, $rows, $this->farm->log() );
		$this->assertEquals( array_map( static fn ( array $row ) => [
			'id' => $row['rc_id'],
			'source' => 'wb',
			'user' => $row['actor_name'],
			'comment' => $row['comment_text'],
		], $rows ), $this->heard() );
		// A repeated job tells nobody again.
		$this->farm->database( Farm::REPO )->exec( 'UPDATE wb_changes_dispatch SET chd_seen = 0' );
		$this->dispatchAll();
		$this->assertCount( 4, $this->heard() );
	}

	/** Up to 1.45, MediaWiki itself keeps rows of this `rc_type` from feeds, those of Wikibase, too. */
	public function test_a_feed_gets_a_message_for_each_row_where_mediawiki_lets_it(): void {
		$socket = stream_socket_server( 'udp://127.0.0.1:0', $number, $message, STREAM_SERVER_BIND );
		$this->farm->setGlobals( [ 'wgRCFeeds' => [ 'test' => [
			'uri' => 'udp://' . stream_socket_get_name( $socket, false ),
			'formatter' => 'JSONRCFeedFormatter',
		] ] ] );
		$this->schema->keepOnly( 'rc_new' );
		$this->dispatchAll();
		$rows = $this->recentChanges( 'enwiki' );
		$this->assertCount( 4, $rows, $this->farm->log() );
		$messages = array_map( fn () => $this->message( $socket ), $rows );
		$this->assertEquals( array_map( static fn ( array $row ) => [
			(int)$row['rc_id'], strtr( $row['rc_title'], '_', ' ' ), $row['comment_text'], $row['actor_name'],
			(bool)$row['rc_bot'],
		], $rows ), array_map( static fn ( array $message ) => [
			$message['id'], $message['title'], $message['comment'], $message['user'], $message['bot'],
		], $messages ) );
	}

	/**
	 * @param resource $socket
	 * @return array<string,mixed> the next message that has come there
	 */
	private function message( $socket ): array {
		$ready = [ $socket ];
		$none = [];
		$this->assertSame( 1, stream_select( $ready, $none, $none, 10 ), 'there is no further message' );
		return json_decode( stream_socket_recvfrom( $socket, 65536 ), true );
	}

	/**
	 * @return list<array<string,mixed>>
	 */
	private function withoutIds(): array {
		return array_map(
			static fn ( array $row ) => array_diff_key( $row, [ 'rc_id' => true ] ),
			$this->recentChanges( 'enwiki' )
		);
	}

	/**
	 * @return list<array<string,mixed>>
	 */
	private function heard(): array {
		return array_map(
			static fn ( string $line ) => json_decode( $line, true ),
			file( "{$this->farm->folder}/heard.jsonl" )
		);
	}
}
