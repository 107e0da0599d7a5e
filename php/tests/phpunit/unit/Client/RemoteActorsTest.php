<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\RemoteActors;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use MediaWiki\Site\SiteLookup;
use MediaWiki\User\ActorNormalization;
use MediaWiki\User\CentralId\CentralIdLookup;
use MediaWiki\User\UserIdentity;
use MediaWiki\User\UserIdentityLookup;
use MediaWiki\User\UserIdentityValue;
use PHPUnit\Framework\TestCase;
use Psr\Log\NullLogger;
use Wikimedia\Rdbms\IDatabase;

/**
 * Under which name somebody from the repo appears here.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\RemoteActors
 */
class RemoteActorsTest extends TestCase {

	/** @var list<array{0:int,1:string}> users for whom an actor was asked */
	private array $asked = [];

	public function test_an_account_of_the_repo_carries_its_interwiki_prefix(): void {
		$this->idFor( [], 'wikidatawiki', 5, 'Alice' );
		$this->assertSame( [ [ 0, 'd>Alice' ] ], $this->asked );
	}

	public function test_a_repo_without_interwiki_prefix_is_named_by_its_site_id(): void {
		$this->idFor( [], 'repowiki', 5, 'Alice' );
		$this->assertSame( [ [ 0, 'repowiki>Alice' ] ], $this->asked );
	}

	/** As an unmodified Wikibase 1.43 wrote it. */
	public function test_an_address_carries_the_prefix_too(): void {
		$this->idFor( [], 'wikidatawiki', 0, '2001:DB8:0:0:0:0:0:1' );
		$this->assertSame( [ [ 0, 'd>2001:DB8:0:0:0:0:0:1' ] ], $this->asked );
	}

	public function test_a_central_account_that_is_known_here_is_that_user(): void {
		$this->idFor( [], 'wikidatawiki', 5, 'Alice', 77 );
		$this->assertSame( [ [ 12, 'Alice Local' ] ], $this->asked );
	}

	public function test_the_account_of_one_central_id_is_not_that_of_another(): void {
		$actors = $this->actors( [] );
		$names = array_map(
			static fn ( int $centralId ) => $actors->identity( 'wikidatawiki', 5, 'Alice', $centralId )->getName(),
			[ 77, 0, 77, 78 ]
		);
		$this->assertSame( [ 'Alice Local', 'd>Alice', 'Alice Local', 'd>Alice' ], $names );
	}

	public function test_a_central_account_that_is_not_known_here_is_a_remote_one(): void {
		$this->idFor( [], 'wikidatawiki', 5, 'Alice', 78 );
		$this->assertSame( [ [ 0, 'd>Alice' ] ], $this->asked );
	}

	public function test_somebody_without_account_and_address_carries_the_site_id(): void {
		$this->idFor( [], 'repowiki', 0, 'Alice' );
		$this->assertSame( [ [ 0, 'repowiki>Alice' ] ], $this->asked );
	}

	public function test_a_change_without_a_name_has_an_actor_too(): void {
		$this->idFor( [], 'repowiki', 0, '' );
		$this->assertSame( [ [ 0, 'repowiki>Unknown user' ] ], $this->asked );
	}

	public function test_a_long_name_is_cut_between_characters(): void {
		$this->idFor( [], 'repowiki', 5, str_repeat( 'ä', 200 ) );
		$name = $this->asked[0][1];
		$this->assertLessThanOrEqual( 255, strlen( $name ) );
		$this->assertTrue( mb_check_encoding( $name, 'UTF-8' ) );
	}

	public function test_on_the_repo_itself_an_account_is_the_account(): void {
		$this->idFor( self::REPO, 'repowiki', 5, 'Alice' );
		$this->assertSame( [ [ 5, 'Alice' ] ], $this->asked );
	}

	/** As an unmodified Wikibase 1.43 wrote it. */
	public function test_on_the_repo_itself_an_address_is_the_address(): void {
		$this->idFor( self::REPO, 'repowiki', 0, '192.0.2.44' );
		$this->assertSame( [ [ 0, '192.0.2.44' ] ], $this->asked );
	}

	public function test_on_the_repo_itself_a_name_without_account_carries_the_site_id(): void {
		$this->idFor( self::REPO, 'repowiki', 0, 'Alice' );
		$this->assertSame( [ [ 0, 'repowiki>Alice' ] ], $this->asked );
	}

	public function test_on_the_repo_itself_an_account_of_another_name_is_not_taken_for_it(): void {
		$this->idFor( self::REPO, 'repowiki', 5, 'Bob' );
		$this->assertSame( [ [ 0, 'repowiki>Bob' ] ], $this->asked );
	}

	private const REPO = [ 'localClientDatabases' => [ 'repowiki' ], 'repoSiteId' => 'repowiki' ];

	private function idFor( array $settings, string $repo, int $userId, string $name, int $centralId = 0 ): void {
		$remoteActors = $this->actors( $settings );
		$db = $this->createMock( IDatabase::class );
		$actorId = static fn () => $remoteActors->actorId(
			$db, $remoteActors->identity( $repo, $userId, $name, $centralId )
		);
		$this->assertSame( 99, $actorId() );
		// The second time it is known.
		$this->assertSame( 99, $actorId() );
	}

	private function actors( array $settings ): RemoteActors {
		$actors = $this->createMock( ActorNormalization::class );
		$actors->method( 'acquireActorId' )->willReturnCallback( function ( UserIdentity $user ) {
			$this->asked[] = [ $user->getId(), $user->getName() ];
			return 99;
		} );
		$users = $this->createMock( UserIdentityLookup::class );
		$users->method( 'getUserIdentityByUserId' )->willReturn( new UserIdentityValue( 5, 'Alice' ) );
		$centralUsers = $this->createMock( CentralIdLookup::class );
		$centralUsers->method( 'localUserFromCentralId' )->willReturnCallback(
			static fn ( $id ) => $id === 77 ? new UserIdentityValue( 12, 'Alice Local' ) : null
		);
		$wikidata = new LinkableSite( [ 'd' ] );
		$sites = $this->createMock( SiteLookup::class );
		$sites->method( 'getSite' )
			->willReturnCallback( static fn ( $id ) => $id === 'wikidatawiki' ? $wikidata : null );
		return new RemoteActors(
			$actors,
			$users,
			$centralUsers,
			$sites,
			new WikiSettings( $settings, [], 'enwiki', new RecordingQueues(), new NullLogger() )
		);
	}
}
