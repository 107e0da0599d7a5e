<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Settings;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientGroups;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use PHPUnit\Framework\TestCase;

/**
 * How a setting for 900 clients is written.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientGroups
 */
class ClientGroupsTest extends TestCase {

	private const CLIENTS = [ 'dewiki', 'enwiki', 'frwiki', 'testwiki' ];

	public function test_one_value_may_be_for_all(): void {
		$this->assertSame(
			[ 'dewiki' => 'a', 'enwiki' => 'a', 'frwiki' => 'a', 'testwiki' => 'a' ],
			$this->assign( 'a' )
		);
	}

	public function test_a_client_counts_before_its_group_and_a_group_before_the_default(): void {
		$this->assertSame(
			[ 'dewiki' => 'b', 'enwiki' => 'c', 'frwiki' => 'a', 'testwiki' => 'a' ],
			$this->assign( [ 'default' => 'a', 'big' => 'b', 'enwiki' => 'c' ], [ 'big' => [ 'enwiki', 'dewiki' ] ] )
		);
	}

	public function test_what_is_not_named_has_the_default_of_the_setting(): void {
		$this->assertSame( 'c', $this->assign( [ 'enwiki' => 'a' ] )['dewiki'] );
	}

	public function test_a_group_can_be_everything_except_some_clients_or_groups(): void {
		$groups = [ 'test' => [ 'testwiki' ], 'rest' => 'everything except enwiki, test' ];
		$this->assertSame(
			[ 'dewiki' => 'a', 'enwiki' => 'c', 'frwiki' => 'a', 'testwiki' => 'c' ],
			$this->assign( [ 'rest' => 'a' ], $groups )
		);
	}

	public function test_everything_except_some_needs_no_name(): void {
		$this->assertSame(
			[ 'dewiki' => 'a', 'enwiki' => 'c', 'frwiki' => 'a', 'testwiki' => 'a' ],
			$this->assign( [ 'everything except enwiki' => 'a' ] )
		);
	}

	/**
	 * @dataProvider provideMistakes
	 */
	public function test_a_mistake_is_named( mixed $value, array $groups, string $message ): void {
		$this->expectException( InvalidExtensionSettingException::class );
		$this->expectExceptionMessage( $message );
		$this->assign( $value, $groups );
	}

	public static function provideMistakes(): iterable {
		yield 'a value' => [ 'x', [], '"a", "b", "c", or a map' ];
		yield 'a value in a map' => [ [ 'enwiki' => 7 ], [], '"a", "b", "c", or a map' ];
		yield 'a client' => [ [ 'ewniki' => 'a' ], [], '"ewniki"' ];
		yield 'a client of a group' => [ 'a', [ 'g' => [ 'ewniki' ] ], '["ewniki"]' ];
		yield 'an exception' => [ [ 'everything except ewniki' => 'a' ], [], 'ewniki is none' ];
		yield 'a group that is no list' => [ 'a', [ 'g' => 'enwiki' ], 'a list of clients' ];
		yield 'a group named like a client' => [ 'a', [ 'enwiki' => [ 'dewiki' ] ], 'neither "default" nor a client' ];
		yield 'a group inside itself' => [
			'a', [ 'g' => 'everything except h', 'h' => 'everything except g' ], 'not part of itself',
		];
		yield 'two groups that disagree' => [
			[ 'g' => 'a', 'h' => 'b' ], [ 'g' => [ 'enwiki' ], 'h' => [ 'enwiki', 'dewiki' ] ],
			'says both "a" and "b" of enwiki',
		];
	}

	private function assign( mixed $value, array $groups = [] ): array {
		return ( new ClientGroups( $groups, self::CLIENTS ) )->assign( 'setting', $value, 'c', [ 'a', 'b', 'c' ] );
	}
}
