<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Deferred\Hook\LinksUpdateCompleteHook;
use MediaWiki\Deferred\TransactionRoundDefiningUpdate;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\Installer\DatabaseUpdater;
use MediaWiki\Installer\Hook\LoadExtensionSchemaUpdatesHook;
use MediaWiki\MediaWikiServices;
use Throwable;

/**
 * Renews a client's mark when a page was parsed, to which every change leads that affects the wiki, and by
 * `maintenance/update.php`. Notifications renew it, too.
 */
class MarkHandler implements LinksUpdateCompleteHook, LoadExtensionSchemaUpdatesHook {

	/**
	 * @inheritDoc
	 */
	public function onLinksUpdateComplete( $linksUpdate, $ticket ) {
		// When what is under way is committed, and outside of any transaction, because what follows ends some.
		DeferredUpdates::addUpdate( new TransactionRoundDefiningUpdate(
			// Not injected: what it needs would be made for every request.
			static fn () => WikibaseDispatchServices::ownMark( MediaWikiServices::getInstance() )->keep(),
			__METHOD__
		) );
	}

	/**
	 * @inheritDoc
	 */
	public function onLoadExtensionSchemaUpdates( $updater ) {
		// A type of a parameter asks nobody for it.
		ClassNames::load( DatabaseUpdater::class );
		$updater->addExtensionUpdate( [ [ self::class, 'update' ] ] );
	}

	/** What the updater calls when it has made the tables of this wiki. */
	public static function update( DatabaseUpdater $updater ): void {
		try {
			$mark = WikibaseDispatchServices::ownMark( MediaWikiServices::getInstance() );
			if ( $mark->renew() ) {
				$formats = implode( ', ', $mark->formats() );
				$updater->output( "...the repo knows that this client takes notifications as $formats.\n" );
			}
		} catch ( Throwable $e ) {
			$updater->output( '...the repo does not know yet which notifications this client takes, and will by one ' .
				"of its jobs or edits: {$e->getMessage()}\n" );
		}
	}
}
