<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\FarmTestCase;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

/**
 * How dispatching is, as the model tells it.
 */
class StatusTest extends FarmTestCase {

	public function test_a_farm_that_has_dispatched_everything_is_healthy(): void {
		$this->subscribe( 'Q1', 'enwiki' );
		$changeId = $this->writeChange( 'Q1' );
		$this->dispatchAll();
		$status = WikibaseDispatchServices::statusReader( MediaWikiServices::getInstance() )->read();
		$this->assertSame( [ Health::Healthy, 'none', [] ],
			[ $status->health(), $status->reason(), $status->reasonParams() ] );
		$this->assertSame( [ $changeId, $changeId, 0 ],
			[ $status->horizon(), $status->newest(), $status->waiting() ] );
		$this->assertCount( count( Farm::WIKIS ), $status->clients() );
		$this->assertSame( [ 'up-to-date' ],
			array_values( array_unique( array_map( static fn ( $client ) => $client->condition(), $status->clients() ) ) ) );
	}
}
