<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use MediaWiki\Api\Hook\ApiMaxLagInfoHook;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Status\Lag\MedianLag;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * Tells the API how far dispatching is behind, so that bots which ask for `maxlag` slow down before clients fall far
 * behind. The names are those that Wikibase's own dispatching had, as bots know them.
 */
class MaxLagHandler implements ApiMaxLagInfoHook {

	private const TYPE = 'wikibase-dispatching';

	public function __construct(
		private readonly WikiSettings $settings,
		private readonly MedianLag $median,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function onApiMaxLagInfo( &$lagInfo ): void {
		try {
			$found = $this->find();
		} catch ( Throwable $e ) {
			// The request is about something else, and goes on.
			Event::LagUntold->write( $this->logger, [], $e );
			return;
		}
		if ( $found !== null && $found['lag'] > $lagInfo['lag'] ) {
			$lagInfo = $found;
		}
	}

	private function find(): ?array {
		$factor = $this->settings->lagToMaxLagFactor();
		if ( $factor <= 0 || !$this->settings->isRepo() ) {
			return null;
		}
		$median = $this->median->get();
		return $median === null ? null : [
			'host' => $median['siteId'],
			'lag' => $median['seconds'] / $factor,
			'type' => self::TYPE,
			'dispatchLag' => $median['seconds'],
		];
	}
}
