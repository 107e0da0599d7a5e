<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client\Redaction;

use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\HiddenUsers;
use PHPUnit\Framework\TestCase;

/**
 * Wikibase's own client is not told of hidden users, and merges what it would merge if it were.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\Redaction\HiddenUsers
 */
class HiddenUsersTest extends TestCase {

	private const NOBODY = 'Unknown user';

	/** @dataProvider edits */
	public function test_names_go_from_whole_runs_and_different_users_stay_different(
		array $users, array $hidden, array $expected
	): void {
		$this->assertSame( $expected, $this->names( HiddenUsers::leaveOut( self::rows( $users, $hidden ) ) ) );
	}

	public static function edits(): iterable {
		yield 'none is hidden' => [ [ 'Alice', 'Bob' ], [], [ 'Alice', 'Bob' ] ];
		yield 'one of a run' => [ [ 'Alice', 'Alice', 'Bob' ], [ 1 ], [ self::NOBODY, self::NOBODY, 'Bob' ] ];
		yield 'neighbours' => [
			[ 'Alice', '192.0.2.1', 'Carol' ], [ 0, 1, 2 ], [ self::NOBODY, 'unknown user', self::NOBODY ]
		];
		yield 'another run of the user' => [
			[ 'Alice', 'Bob', 'Alice' ], [ 0 ], [ self::NOBODY, 'Bob', 'Alice' ]
		];
	}

	public function test_other_entities_keep_their_users_and_all_keep_their_order(): void {
		$rows = self::rows( [ 'Alice', 'Alice', 'Alice' ], [ 2 ] );
		$rows[1]['object_id'] = 'Q2';
		$visible = HiddenUsers::leaveOut( $rows );
		$this->assertSame( [ self::NOBODY, 'Alice', self::NOBODY ], $this->names( $visible ) );
		$this->assertSame( [ 1, 2, 3 ], array_column( $visible, 'id' ) );
		$this->assertTrue( array_is_list( $visible ) );
	}

	public function test_ids_of_the_user_go_with_the_name_and_the_rest_stays(): void {
		[ $row ] = HiddenUsers::leaveOut( self::rows( [ 'Alice' ], [ 0 ] ) );
		$this->assertSame( '0', $row['user_id'] );
		$this->assertSame(
			'{"compactDiff":"{}","metadata":{"user_text":"Unknown user","central_user_id":0,"tags":{}}}', $row['info']
		);
	}

	public function test_what_cannot_be_read_stays(): void {
		$rows = [ [ 'id' => 1, 'object_id' => 'Q1', 'user_id' => '5', 'info' => '{"central_user_id":-1' ] ];
		$this->assertSame( $rows, HiddenUsers::leaveOut( $rows ) );
	}

	public function test_marking_twice_is_marking_once(): void {
		$metadata = (object)[ 'central_user_id' => 7 ];
		HiddenUsers::mark( $metadata );
		HiddenUsers::mark( $metadata );
		$this->assertSame( 7, ~$metadata->central_user_id );
	}

	private static function rows( array $users, array $hidden ): array {
		$rows = [];
		foreach ( $users as $place => $user ) {
			$metadata = (object)[ 'user_text' => $user, 'central_user_id' => 7, 'tags' => (object)[] ];
			if ( in_array( $place, $hidden, true ) ) {
				HiddenUsers::mark( $metadata );
			}
			$rows[] = [
				'id' => $place + 1, 'object_id' => 'Q1', 'user_id' => '5',
				'info' => json_encode( [ 'compactDiff' => '{}', 'metadata' => $metadata ] ),
			];
		}
		return $rows;
	}

	private function names( array $rows ): array {
		return array_map(
			static fn ( array $row ) => json_decode( $row['info'] )->metadata->user_text, $rows
		);
	}
}
