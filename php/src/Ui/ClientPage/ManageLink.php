<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Ui\Manage\Hands;
use MediaWiki\Permissions\Authority;
use MediaWiki\SpecialPage\SpecialPage;
use MediaWiki\SpecialPage\SpecialPageFactory;

/**
 * The link to the page that manages a client, for those who could do something there.
 */
final class ManageLink {

	private const PAGE_NAME = 'ManageDispatch';

	public function __construct( private readonly SpecialPageFactory $pages ) {
	}

	/** Whether there is such a page, and the reader has the right to use it. */
	public function isFor( Authority $reader ): bool {
		return $this->pages->exists( self::PAGE_NAME ) && $reader->isAllowed( Hands::RIGHT );
	}

	public function address( string $siteId ): string {
		return SpecialPage::getTitleFor( self::PAGE_NAME, $siteId )->getLocalURL();
	}
}
