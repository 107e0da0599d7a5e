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

	private const CHANGE = [
		'id' => 10638,
		'type' => 'wikibase-item~update',
		'time' => '20261121222421',
		'entityId' => 'Q241',
		'revisionId' => 10799,
		'userId' => 5,
		'aspects' => [ 'S', 'T', 'X' ],
		'metadata' => [
			'page_id' => 316,
			'rev_id' => 10799,
			'parent_id' => 10797,
			'comment' => '/* wbsetsitelink-set:1|dewiki */ Spare 0161',
			'user_text' => 'Alice',
			'central_user_id' => 0,
			'bot' => 0,
		],
	];

	/** As an unmodified Wikibase 1.43 wrote it for this very change. */
	private const PARAMS = 'a:1:{s:20:"wikibase-repo-change";a:14:{s:2:"id";i:10638;s:4:"time";' .
		's:14:"20261121222421";s:7:"user_id";s:1:"5";s:11:"revision_id";s:5:"10799";s:9:"object_id";s:4:"Q241";' .
		's:4:"type";s:20:"wikibase-item~update";s:11:"entity_type";s:4:"item";s:7:"page_id";i:316;s:6:"rev_id";' .
		'i:10799;s:9:"parent_id";i:10797;s:7:"comment";s:43:"/* wbsetsitelink-set:1|dewiki */ Spare 0161";' .
		's:9:"user_text";s:5:"Alice";s:15:"central_user_id";i:0;s:3:"bot";i:0;}}';

	public function test_the_parameters_are_those_that_wikibase_writes(): void {
		$this->assertSame( self::PARAMS, RecentChangeRow::params( self::CHANGE ) );
	}

	public function test_the_row_tells_of_the_page_as_it_is(): void {
		$row = RecentChangeRow::make(
			self::CHANGE, new ClientPage( 242, 4, 'Thema_0239', 999, 134 ), self::PARAMS, '20261121222421', 5, 4
		);
		$this->assertSame( [
			'rc_timestamp' => '20261121222421', 'rc_actor' => 5, 'rc_namespace' => 4, 'rc_title' => 'Thema_0239',
			'rc_comment_id' => 4, 'rc_minor' => 1, 'rc_bot' => 0, 'rc_new' => 0, 'rc_cur_id' => 242,
			'rc_this_oldid' => 999, 'rc_last_oldid' => 999, 'rc_type' => 5, 'rc_source' => 'wb', 'rc_patrolled' => 2,
			'rc_ip' => '', 'rc_old_len' => 134, 'rc_new_len' => 134, 'rc_deleted' => 0, 'rc_logid' => 0,
			'rc_log_type' => null, 'rc_log_action' => '', 'rc_params' => self::PARAMS,
		], $row );
	}

	public function test_a_change_without_metadata_makes_a_row_all_the_same(): void {
		$change = [ 'metadata' => [], 'type' => 'unknown' ] + self::CHANGE;
		$params = unserialize( RecentChangeRow::params( $change ) );
		$this->assertSame( '', $params['wikibase-repo-change']['entity_type'] );
		$row = RecentChangeRow::make( $change, new ClientPage( 1, 0, 'A', 1, 1 ), '', '20261121222421', 1, 1 );
		$this->assertSame( 0, $row['rc_bot'] );
	}
}
