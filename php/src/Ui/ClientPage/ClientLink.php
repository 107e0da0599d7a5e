<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Html\Html;
use MediaWiki\SpecialPage\SpecialPage;

/**
 * Where the pages of clients are, and how they are linked.
 */
final class ClientLink {

	private const PAGE_NAME = 'DispatchStatus';

	/**
	 * @param string $siteId of a client; '' for the page of all
	 * @param array<string,string|int> $parameters
	 */
	public static function address( string $siteId, array $parameters = [] ): string {
		$title = SpecialPage::getTitleFor( self::PAGE_NAME, $siteId === '' ? false : $siteId );
		return $title->getLocalURL( $parameters );
	}

	/** The name of the page, as a form that leads there has to send it. */
	public static function title( string $siteId ): string {
		return SpecialPage::getTitleFor( self::PAGE_NAME, $siteId === '' ? false : $siteId )->getPrefixedDBkey();
	}

	/** Its name, as HTML, leading to its page. */
	public static function html( string $siteId ): string {
		return Html::rawElement(
			'a', [ 'href' => self::address( $siteId ), 'class' => 'wbd-client' ], Html::element( 'bdi', [], $siteId )
		);
	}
}
