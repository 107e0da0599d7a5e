<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;

/**
 * Pages of a client that come and go while its subscriptions are settled and rebuilt, by several processes at once.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper
 */
class SubscriptionTrafficTest extends FarmTestCase {

	private const REBUILD = __DIR__ . '/../../../../maintenance/RebuildSubscriptions.php';
	private const ENTITIES = [ 'Q1', 'Q2', 'Q3', 'Q4' ];
	private const REBUILDS = 3;

	/** G1 */
	public function test_no_subscription_is_lost_while_pages_are_edited_and_rebuilds_run(): void {
		$this->farm->setSettings( [ 'repoDatabase' => Farm::REPO ] );
		$end = "{$this->farm->folder}/tmp/end-of-traffic";
		$editors = array_map( fn ( string $firstPage ) => $this->farm->begin(
			'enwiki', __DIR__ . '/FlipUsages.php', $firstPage, $end, ...self::ENTITIES
		), [ '10', '20', '30' ] );
		for ( $rebuild = 0; $rebuild < self::REBUILDS; $rebuild++ ) {
			$result = $this->farm->maintenance( 'enwiki', self::REBUILD );
			$this->assertSame( 0, $result->status, $result->output );
		}
		// What is lost from here on, no rebuild repairs.
		touch( $end );
		foreach ( $editors as $editor ) {
			$result = $editor->result();
			$this->assertSame( 0, $result->status, $result->output );
		}
		unlink( $end );
		$this->runJobs( 'enwiki' );

		$used = $this->farm->database( 'enwiki' )->query(
			'SELECT DISTINCT eu_entity_id FROM wbc_entity_usage ORDER BY eu_entity_id'
		)->fetchAll( \PDO::FETCH_COLUMN );
		$this->assertSame( $used, $this->subscriptions( 'enwiki' ), $this->farm->log() );
		$this->assertStringNotContainsString( 'cannot subscribe', $this->farm->log() );
	}
}
