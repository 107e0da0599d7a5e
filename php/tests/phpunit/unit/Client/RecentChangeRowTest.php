<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use MediaWiki\Extension\WikibaseDispatch\Client\ClientPage;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeRow;
use PHPUnit\Framework\TestCase;

/**
 * Rows of recent changes are those that Wikibase writes.
 */
class RecentChangeRowTest extends TestCase {

	public function test_the_row_tells_of_the_page_as_it_is(): void {
		$row = RecentChangeRow::make(
			[ 'params' => 'a:0:{}', 'bot' => true ],
			new ClientPage( 242, 4, 'Thema_0239', 999, 134 ),
			'20261121222421', 5, 4
		);
		$this->assertSame( [
			'rc_timestamp' => '20261121222421', 'rc_actor' => 5, 'rc_namespace' => 4, 'rc_title' => 'Thema_0239',
			'rc_comment_id' => 4, 'rc_minor' => 1, 'rc_bot' => 1, 'rc_new' => 0, 'rc_cur_id' => 242,
			'rc_this_oldid' => 999, 'rc_last_oldid' => 999, 'rc_type' => 5, 'rc_source' => 'wb', 'rc_patrolled' => 2,
			'rc_ip' => '', 'rc_old_len' => 134, 'rc_new_len' => 134, 'rc_deleted' => 0, 'rc_logid' => 0,
			'rc_log_type' => null, 'rc_log_action' => '', 'rc_params' => 'a:0:{}',
		], $row );
	}
}
