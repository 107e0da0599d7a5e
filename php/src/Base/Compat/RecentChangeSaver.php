<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use MediaWiki\MediaWikiServices;
use MediaWiki\RecentChanges\RecentChange;

/**
 * Saves a recent change by MediaWiki's own way, whichever it has, so that everybody hears of it: handlers of
 * `RecentChange_save`, the feeds of `$wgRCFeeds`, those who want mail.
 */
class RecentChangeSaver {

	private const STORE = 'RecentChangeFactory';

	public function __construct( private readonly MediaWikiServices $services ) {
	}

	/**
	 * @param array<string,int|string|null> $attributes columns, with `rc_user`, `rc_user_text` and `rc_comment` for
	 *   what stands in other tables
	 */
	public function save( array $attributes ): void {
		$row = (object)( $attributes + [ 'rc_comment_text' => $attributes['rc_comment'], 'rc_comment_data' => null ] );
		// What happened on the repo has happened, by whomever: see ActorStores.
		$extra = [ 'pageStatus' => 'changed', 'forImport' => true ];
		if ( !$this->services->has( self::STORE ) ) {
			$change = RecentChange::newFromRow( $row );
			$change->setExtra( $extra );
			$change->save();
			return;
		}
		$store = $this->services->get( self::STORE );
		$change = $store->newRecentChangeFromRow( $row );
		$change->setExtra( $extra );
		$store->insertRecentChange( $change );
	}
}
