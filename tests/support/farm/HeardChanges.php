<?php
/**
 * Writes down which recent changes a handler of `RecentChange_save` hears of: a line of JSON each, in the farm's
 * folder. A test registers it where somebody is to listen.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchFarm;

use MediaWiki\RecentChanges\RecentChange;

final class HeardChanges {

	public static function save( RecentChange $change ): void {
		file_put_contents(
			dirname( $GLOBALS['wgCacheDirectory'] ) . '/heard.jsonl',
			json_encode( [
				'id' => $change->getAttribute( 'rc_id' ),
				'source' => $change->getAttribute( 'rc_source' ),
				'user' => $change->getPerformerIdentity()->getName(),
				'comment' => $change->getAttribute( 'rc_comment' ),
			] ) . "\n",
			FILE_APPEND
		);
	}
}
