<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Client\ClientPage;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeRow;
use MediaWiki\User\UserIdentityValue;
use PHPUnit\Framework\TestCase;

/**
 * Rows of recent changes are those that Wikibase writes.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeRow
 */
class RecentChangeRowTest extends TestCase {

	private const COLUMNS = [
		'rc_timestamp' => '20261121222421', 'rc_namespace' => 4, 'rc_title' => 'Thema_0239', 'rc_minor' => 1,
		'rc_bot' => 1, 'rc_cur_id' => 242, 'rc_this_oldid' => 999, 'rc_last_oldid' => 999, 'rc_source' => 'wb',
		'rc_patrolled' => 2, 'rc_ip' => '', 'rc_old_len' => 134, 'rc_new_len' => 134, 'rc_deleted' => 4,
		'rc_logid' => 0, 'rc_log_type' => null, 'rc_log_action' => '', 'rc_params' => 'a:0:{}',
	];

	public function test_the_row_tells_of_the_page_as_it_is(): void {
		$this->assertEquals(
			[ 'rc_actor' => 5, 'rc_comment_id' => 3 ] + self::COLUMNS, $this->row( [] )->forTable( 5, 3 )
		);
	}

	public function test_mediawiki_gets_the_names_of_user_and_summary(): void {
		$this->assertEquals(
			[ 'rc_user' => 0, 'rc_user_text' => 'd>Alice', 'rc_comment' => 'one' ] + self::COLUMNS,
			$this->row( [] )->forMediaWiki()
		);
	}

	public function test_columns_that_only_some_wikis_have_are_filled_there(): void {
		$former = [ 'rc_type' => 5 ];
		$this->assertEquals( [ 'rc_actor' => 5, 'rc_comment_id' => 3 ] + $former + self::COLUMNS,
			$this->row( $former )->forTable( 5, 3 ) );
	}

	private function row( array $former ): RecentChangeRow {
		return RecentChangeRow::make(
			[ 'params' => 'a:0:{}', 'bot' => true ],
			new ClientPage( 242, 4, 'Thema_0239', 999, 134 ),
			'20261121222421', UserIdentityValue::newAnonymous( 'd>Alice' ), ' one ', 4, $former
		);
	}
}
