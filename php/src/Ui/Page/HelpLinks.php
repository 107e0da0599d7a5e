<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * Where this wiki's operators look further: their runbook and their dashboard, if the settings name them.
 */
final class HelpLinks {

	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly WikiSettings $settings
	) {
	}

	public function html(): string {
		try {
			$addresses = array_filter( [
				'runbook' => $this->settings->runbookUrl(), 'dashboard' => $this->settings->dashboardUrl(),
			] );
		} catch ( InvalidExtensionSettingException $e ) {
			return Html::rawElement(
				'div',
				[ 'class' => 'wbd-notice', 'data-notice' => 'setting' ],
				Design::box( 'warning', Html::element( 'p', [], $e->getMessage() ) )
			);
		}
		$links = [];
		foreach ( $addresses as $name => $address ) {
			// Messages: wikibasedispatch-status-link-runbook, wikibasedispatch-status-link-dashboard
			$text = $this->localizer->msg( "wikibasedispatch-status-link-$name" )->text();
			$links[] = Html::element( 'a', [ 'href' => $address, 'rel' => 'noreferrer' ], $text );
		}
		$separator = $this->localizer->msg( 'pipe-separator' )->escaped();
		return $links === [] ? '' : Html::rawElement( 'p', [ 'class' => 'wbd-links' ], implode( $separator, $links ) );
	}
}
