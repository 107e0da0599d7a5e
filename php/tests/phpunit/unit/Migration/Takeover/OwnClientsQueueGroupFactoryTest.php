<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Migration\Takeover;

use JobQueueGroup;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\DeafQueueGroup;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\OwnClientsQueueGroupFactory;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\WatchedQueueGroup;
use MediaWiki\JobQueue\JobQueueGroupFactory;
use PHPUnit\Framework\TestCase;

/**
 * Which clients Wikibase's job reaches.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\OwnClientsQueueGroupFactory
 */
class OwnClientsQueueGroupFactoryTest extends TestCase {

	public function test_wikibases_job_reaches_the_clients_that_are_its_own(): void {
		$states = [ 'enwiki' => AppliedRollout::ON, 'dewiki' => AppliedRollout::SHADOW ];
		$this->assertSame(
			[ 'enwiki' => DeafQueueGroup::class, 'dewiki' => WatchedQueueGroup::class, 'frwiki' => 'its queues' ],
			$this->groups( AppliedRollout::SERVING, $states )
		);
	}

	public function test_g3_a_job_that_began_before_all_became_ours_repeats_nothing_to_those_that_were(): void {
		$this->assertSame(
			array_fill_keys( [ 'enwiki', 'dewiki', 'frwiki' ], DeafQueueGroup::class ),
			$this->groups( AppliedRollout::IDLE, [] )
		);
	}

	/**
	 * @param string $wikibase
	 * @param array<string,string> $states
	 * @return array<string,string>
	 */
	private function groups( string $wikibase, array $states ): array {
		$rows = array_map(
			static fn ( string $state ) => [ 'state' => $state, 'position' => 0 ],
			[ AppliedRollout::WIKIBASE => $wikibase ] + $states
		);
		$store = $this->createMock( RolloutStore::class );
		$store->method( 'load' )->willReturn( new AppliedRollout( $rows ) );
		$itsQueues = $this->createMock( JobQueueGroup::class );
		$behind = $this->createMock( JobQueueGroupFactory::class );
		$behind->method( 'makeJobQueueGroup' )->willReturn( $itsQueues );
		$clients = [ 'enwiki' => 'en_db', 'dewiki' => 'de_db', 'frwiki' => 'fr_db' ];
		$shadow = $this->createMock( ShadowRecord::class );
		$factory = new OwnClientsQueueGroupFactory( $behind, $store, $shadow, $clients );
		return array_map( static function ( string $domain ) use ( $factory, $itsQueues ): string {
			$group = $factory->makeJobQueueGroup( $domain );
			return $group === $itsQueues ? 'its queues' : $group::class;
		}, $clients );
	}
}
