<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb\SmallPackets;

/**
 * A farm with one client of each kind of trouble: all others have every change, each trouble is named with its reason
 * by all who tell of the status, and what they advise ends it (G9, G16).
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus
 */
class TroubledFarmTest extends StatusTestCase {

	use SmallPackets;

	private const TOO_LONG = 'a_site_id_that_has_more_bytes_than_mediawiki_has_room_for_anywhere';

	/** Clients that nothing is wrong with, in whatever format they are told. */
	private const WELL = [ Farm::REPO, 'dewiki' ];

	public function test_g9_g16_no_trouble_of_one_client_is_anothers_and_each_has_its_name_and_remedy(): void {
		$troubles = [ 'nowhere' => 'nowhere_db', self::TOO_LONG => 'somewiki' ];
		$this->useClients( array_combine( Farm::WIKIS, Farm::WIKIS ) + $troubles );
		$this->subscribe( 'Q1', 'nowhere', self::TOO_LONG, ...Farm::WIKIS );
		// One does not load the extension, and one has no queue.
		$this->farm->database( Farm::REPO )->exec( "DELETE FROM wb_changes_client WHERE cc_site = 'dewiki'" );
		$this->whileWhatIsDueIsTooLarge( Farm::REPO, function () use ( &$changeId ): void {
			$changeId = $this->writeChange( 'Q1' );
			$this->farm->without( 'enwiki', 'job', $this->dispatch( ... ) );
		} );

		foreach ( self::WELL as $client ) {
			$this->assertSame( $changeId, $this->seen( $client ) );
		}
		$this->assertCount( 1, $this->jobs( 'dewiki', 'EntityChangeNotification' ), 'which Wikibase can run there' );
		$this->assertSame( [ 0, 0 ], [ $this->seen( 'enwiki' ), $this->seen( 'nowhere' ) ] );
		$told = $this->assertEachIsTold( [
			'enwiki' => 'push: JobQueueError',
			'nowhere' => 'configuration: UnrecognisedDomainException',
			self::TOO_LONG => 'its site id has ' . strlen( self::TOO_LONG ) . ' bytes, and at most 64 are possible',
		] );
		$this->assertSame( 'no-mark', $told['dewiki']['whynotwanted'] );

		// As they say: correct the configuration, and update dewiki; the queue is there again.
		$this->useClients( array_combine( Farm::WIKIS, Farm::WIKIS ) );
		$this->farm->databases->mark( Farm::REPO, [ 'dewiki' ] );
		$this->endRests();
		$changeId = $this->writeChange( 'Q1' );
		$this->dispatch();
		foreach ( Farm::WIKIS as $client ) {
			$this->assertSame( $changeId, $this->seen( $client ) );
		}
		$this->assertCount( 1, $this->jobs( 'dewiki', 'DispatchNotification' ) );
		$this->assertSame( Health::Healthy->value, $this->api()['health'] );
	}

	/** Does something while a server takes no statement that holds all that is due to a client. SQLite has no such limit. */
	private function whileWhatIsDueIsTooLarge( string $client, Closure $work ): void {
		if ( getenv( 'FARM_DATABASE' ) !== 'mariadb' ) {
			$work();
			return;
		}
		$this->subscribe( 'Q2', $client );
		for ( $number = 0; $number < 20; $number++ ) {
			$this->writeChange( 'Q2', metadata: [ 'comment' => self::noise( $number, 60_000 ) ] );
		}
		$this->withPackets( 1024 * 1024, $work );
		$this->assertStringContainsString( "pushed to $client at once is larger than its queue", $this->farm->log() );
	}

	/**
	 * @param array<string,string> $expected a part of the error, by client
	 * @return array<string,array<string,mixed>> what the API tells, by client
	 */
	private function assertEachIsTold( array $expected ): array {
		$api = array_column( $this->api()['clients'], null, 'siteid' );
		$page = html_entity_decode( self::$web->page( 'Special:DispatchStatus' ), ENT_QUOTES );
		foreach ( $expected as $client => $error ) {
			$this->assertStringContainsString( $error, $api[$client]['lasterror'], "the API of $client" );
			$this->assertStringContainsString( $error, $page, "the page of $client" );
			$this->assertStringContainsString( $error, $this->script( 'ExplainDispatch', $client ), "the shell" );
		}
		$this->assertStringContainsString(
			'receive changes in the format entity-change instead of native: dewiki, nowhere.',
			$this->scriptEnding( 2, 'ShowStatus' )
		);
		$metrics = $this->metrics();
		$this->assertStringContainsString( 'wikibase_dispatch_clients{condition="refused"} 1', $metrics );
		$this->assertStringContainsString( 'wikibase_dispatch_health{state="stuck"} 1', $metrics );
		return $api;
	}

	private function useClients( array $clients ): void {
		$this->farm->setSettings( [ 'localClientDatabases' => $clients, 'gapGrace' => 0 ] );
	}

	private function dispatch(): void {
		$this->queueJob( Farm::REPO, 'wikibase-dispatch-trigger', [] );
		$this->runJobs( Farm::REPO );
	}
}
