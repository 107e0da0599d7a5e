<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Settings;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientGroups;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\Rollout;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\RolloutState;
use PHPUnit\Framework\TestCase;

/**
 * The configured dispatcher of each client.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Settings\Rollout
 */
class RolloutTest extends TestCase {

	public function test_a_whole_environment_is_switched_by_one_word(): void {
		$this->assertTrue( self::parse( 'off' )->isEverywhere( RolloutState::Off ) );
		$this->assertTrue( self::parse( 'on' )->isEverywhere( RolloutState::On ) );
	}

	public function test_clients_can_be_in_different_states(): void {
		$rollout = self::parse( [ 'default' => 'off', 'enwiki' => 'shadow', 'dewiki' => 'on' ] );
		$this->assertSame( RolloutState::Shadow, $rollout->of( 'enwiki' ) );
		$this->assertSame( RolloutState::On, $rollout->of( 'dewiki' ) );
		$this->assertSame( RolloutState::Off, $rollout->of( 'frwiki' ) );
		$this->assertSame( [ 'enwiki', 'dewiki' ], $rollout->clientsIn( RolloutState::Shadow, RolloutState::On ) );
		$this->assertFalse( $rollout->isEverywhere( RolloutState::On ) );
	}

	public function test_a_client_that_is_not_named_is_ours(): void {
		$this->assertSame( RolloutState::On, self::parse( [ 'enwiki' => 'off' ] )->of( 'dewiki' ) );
	}

	public function test_a_wiki_that_is_no_client_is_not_ours(): void {
		$this->assertSame( RolloutState::Off, self::parse( 'on' )->of( 'nowiki' ) );
	}

	public function test_a_word_that_nobody_knows_is_refused(): void {
		$this->expectException( InvalidExtensionSettingException::class );
		$this->expectExceptionMessage( '"off", "shadow", "on"' );
		self::parse( 'maybe' );
	}

	private static function parse( mixed $setting ): Rollout {
		return Rollout::parse( $setting, new ClientGroups( [], [ 'enwiki', 'dewiki', 'frwiki' ] ) );
	}
}
