<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Deferred\Hook\LinksUpdateCompleteHook;
use MediaWiki\Deferred\TransactionRoundDefiningUpdate;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\InstalledWikibase;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use MediaWiki\Page\Hook\PageDeleteCompleteHook;
use MediaWiki\Page\ProperPageIdentity;
use MediaWiki\Permissions\Authority;
use MediaWiki\Revision\RevisionRecord;

/**
 * Hears of pages that were parsed or deleted, on a wiki without Wikibase's client. Where that is installed, usages and
 * subscriptions are its business, and this does nothing.
 *
 * Code that shows data of an entity on a page declares it in the parser output, as Wikibase's does:
 * `$parserOutput->appendExtensionData( 'wikibase-entity-usage', 'Q42#L.en' )`.
 */
class PageHandler implements LinksUpdateCompleteHook, PageDeleteCompleteHook {

	private const USAGES = 'wikibase-entity-usage';

	/**
	 * @inheritDoc
	 */
	public function onLinksUpdateComplete( $linksUpdate, $ticket ) {
		$usages = $linksUpdate->getParserOutput()->getExtensionData( self::USAGES );
		$this->pageUses(
			(int)$linksUpdate->getPageId(),
			is_array( $usages ) ? array_map( 'strval', array_keys( $usages ) ) : []
		);
	}

	/**
	 * @inheritDoc
	 */
	public function onPageDeleteComplete(
		ProperPageIdentity $page,
		Authority $deleter,
		string $reason,
		int $pageID,
		RevisionRecord $deletedRev,
		$logEntry,
		int $archivedRevisionCount
	) {
		$this->pageUses( $pageID, [] );
	}

	/**
	 * When what is under way is committed, and outside of any transaction, because what follows ends some.
	 *
	 * @param int $pageId
	 * @param list<string> $usages
	 */
	private function pageUses( int $pageId, array $usages ): void {
		$services = MediaWikiServices::getInstance();
		if ( $pageId === 0 || InstalledWikibase::isClient( $services ) ) {
			return;
		}
		DeferredUpdates::addUpdate( new TransactionRoundDefiningUpdate(
			// Not injected: what it needs would be made for every request.
			static fn () => WikibaseDispatchServices::usageTracker( $services )->pageUses( $pageId, $usages ),
			__METHOD__
		) );
	}
}
