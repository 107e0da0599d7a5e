<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Manage;

use MediaWiki\Html\Html;
use MediaWiki\Logging\LogFormatter;
use MediaWiki\Message\Message;

/**
 * Formats entries about what was done to clients: a client goes by its site id, not by the title of a special page.
 */
class ActionLogFormatter extends LogFormatter {

	/** Where a client was may be unknown: it is no longer configured. */
	private const WITHOUT_POSITION = '-unknown';

	/** Index of the first parameter of an entry's own. */
	private const FIRST = 3;

	/**
	 * @inheritDoc
	 */
	protected function getMessageKey() {
		$parameters = $this->extractParameters();
		$isUnknown = array_key_exists( self::FIRST, $parameters ) && $parameters[self::FIRST] === '';
		return parent::getMessageKey() . ( $isUnknown ? self::WITHOUT_POSITION : '' );
	}

	/**
	 * @inheritDoc
	 */
	protected function getMessageParameters() {
		$parameters = parent::getMessageParameters();
		$siteId = $this->entry->getParameters()['client'] ?? null;
		if ( $siteId !== null ) {
			$parameters[2] = Message::rawParam( $this->plaintext
				? $siteId
				: $this->makePageLink( $this->entry->getTarget(), [], Html::element( 'bdi', [], $siteId ) ) );
		}
		return $parameters;
	}
}
