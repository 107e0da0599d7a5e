<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * A client without Wikibase subscribes to what its pages use.
 *
 * On the farm, `<uses>Q1#X</uses>` on a page says that it uses an entity.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper
 */
class SubscriptionTest extends FarmTestCase {

	private const TITLE = 'Berlin';

	protected function setUp(): void {
		parent::setUp();
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
	}

	public function test_a_page_that_begins_to_use_an_entity_hears_of_its_changes(): void {
		$this->edit( 'enwiki', '<uses>Q1#L.en</uses>' );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( 'enwiki' ) );
		$this->writeChange( 'Q1' );
		$this->dispatchAll();
		$this->assertSame(
			[ self::TITLE ], array_column( $this->recentChanges( 'enwiki' ), 'rc_title' ), $this->farm->log()
		);
	}

	public function test_what_no_page_uses_any_more_is_unsubscribed_from_by_a_job(): void {
		$this->edit( 'enwiki', '<uses>Q1#S Q1#X Q2#X</uses>' );
		$this->edit( 'enwiki', '<uses>Q1#X Q3#O</uses>' );
		$this->assertSame( [ 'Q1', 'Q2', 'Q3' ], $this->subscriptions( 'enwiki' ) );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Q1', 'Q3' ], $this->subscriptions( 'enwiki' ) );
		$this->assertSame( [ 'Q1#X', 'Q3#O' ], $this->usages( 'enwiki' ) );
	}

	public function test_what_another_page_uses_stays(): void {
		$this->edit( 'enwiki', '<uses>Q1#X</uses>', 'Hamburg' );
		$this->edit( 'enwiki', '<uses>Q1#X</uses>' );
		$this->edit( 'enwiki', 'nothing' );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( 'enwiki' ) );
	}

	public function test_an_item_that_is_linked_with_a_page_stays(): void {
		$this->link( 'Q1', 'enwiki', self::TITLE );
		$this->edit( 'enwiki', '<uses>Q1#X Q2#X</uses>' );
		$this->edit( 'enwiki', 'nothing' );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( 'enwiki' ) );
	}

	public function test_a_page_that_is_deleted_uses_nothing(): void {
		$this->edit( 'enwiki', '<uses>Q1#X Q2#S</uses>' );
		$this->subscribe( 'Q1', 'dewiki' );
		$list = tempnam( sys_get_temp_dir(), 'pages' );
		file_put_contents( $list, self::TITLE );
		$result = $this->farm->maintenance( 'enwiki', 'deleteBatch', $list );
		unlink( $list );
		$this->assertSame( 0, $result->status, $result->output );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [], $this->usages( 'enwiki' ) );
		$this->assertSame( [], $this->subscriptions( 'enwiki' ) );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( 'dewiki' ) );
	}

	public function test_a_repo_is_subscribed_to_what_its_own_pages_use(): void {
		$this->edit( Farm::REPO, '<uses>Q1#X Q2#X</uses>' );
		$this->edit( Farm::REPO, '<uses>Q2#X</uses>' );
		$this->runJobs( Farm::REPO );
		$this->assertSame( [ 'Q2' ], $this->subscriptions( Farm::REPO ) );
	}

	/** There, unlike on the command line, whatever is read begins a transaction. */
	public function test_an_edit_by_a_request_subscribes_too(): void {
		$web = new WebServer( $this->farm, 'enwiki' );
		try {
			$anonymous = [ 'token' => '+\\' ];
			foreach ( [ '<uses>Q1#X Q2#X</uses>', '<uses>Q2#X Q3#X</uses>' ] as $text ) {
				$answer = $web->api( [ 'action' => 'edit', 'title' => self::TITLE ], [ 'text' => $text ] + $anonymous );
				$this->assertSame( 'Success', $answer['edit']['result'] ?? null, json_encode( $answer ) );
			}
		} finally {
			$web->stop();
		}
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Q2#X', 'Q3#X' ], $this->usages( 'enwiki' ), $this->farm->log() );
		$this->assertSame( [ 'Q2', 'Q3' ], $this->subscriptions( 'enwiki' ), $this->farm->log() );
	}

	public function test_a_page_is_tracked_though_the_repo_cannot_be_reached_and_subscribes_later(): void {
		$this->farm->setSettings( [ 'repoDatabase' => 'elsewhere' ] );
		$this->edit( 'enwiki', '<uses>Q1#X</uses>' );
		$this->assertSame( [ 'Q1#X' ], $this->usages( 'enwiki' ) );
		$this->assertSame( [], $this->subscriptions( 'enwiki' ) );
		$this->assertStringContainsString( 'cannot subscribe to 1 entities yet', $this->farm->log() );

		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		$this->runJobs( 'enwiki' );
		$this->assertSame( [ 'Q1' ], $this->subscriptions( 'enwiki' ) );
	}

	public function test_a_client_without_wikibase_gets_the_table_of_usages_from_us(): void {
		$db = $this->farm->database( 'enwiki' );
		$db->exec( 'DROP TABLE wbc_entity_usage' );
		$this->edit( 'enwiki', '<uses>Q1#X</uses>' );
		$result = $this->farm->maintenance( 'enwiki', 'update', '--quick' );
		$this->assertSame( 0, $result->status, $result->output );
		$this->edit( 'enwiki', '<uses>Q1#X Q2#X</uses>' );
		$this->assertSame( [ 'Q1#X', 'Q2#X' ], $this->usages( 'enwiki' ) );
	}

	private function edit( string $wiki, string $text, string $title = self::TITLE ): void {
		$file = tempnam( sys_get_temp_dir(), 'text' );
		file_put_contents( $file, $text );
		$result = $this->farm->maintenanceReading( $file, $wiki, 'edit', $title );
		unlink( $file );
		$this->assertSame( 0, $result->status, $result->output );
	}

	private function link( string $item, string $wiki, string $title ): void {
		$this->farm->database( Farm::REPO )->prepare(
			'INSERT INTO wb_items_per_site (ips_item_id, ips_site_id, ips_site_page) VALUES (?, ?, ?)'
		)->execute( [ (int)substr( $item, 1 ), $wiki, $title ] );
	}

	/**
	 * @return list<string>
	 */
	private function usages( string $wiki ): array {
		return $this->farm->database( $wiki )->query(
			'SELECT eu_entity_id, eu_aspect FROM wbc_entity_usage ORDER BY eu_entity_id, eu_aspect'
		)->fetchAll( \PDO::FETCH_FUNC, static fn ( $entity, $aspect ) => "$entity#$aspect" );
	}
}
