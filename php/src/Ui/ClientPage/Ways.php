<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Html\Html;

/**
 * Links from a page to those beside it.
 */
final class Ways {

	public function __construct( private readonly Markup $markup ) {
	}

	/**
	 * @param array<string,string> $links text => address
	 */
	public function html( array $links ): string {
		$html = '';
		foreach ( $links as $text => $address ) {
			$html .= Html::element( 'a', [ 'href' => $address ], (string)$text );
		}
		return Html::rawElement(
			'nav', [ 'class' => 'wbd-ways', 'aria-label' => $this->markup->text( 'client-ways' ) ], $html
		);
	}

	/** @return array<string,string> to all clients */
	public function back(): array {
		return [ $this->markup->text( 'client-back' ) => ClientLink::address( '' ) ];
	}

	/** @return array<string,string> to the rollout */
	public function rollout(): array {
		return [
			$this->markup->text( 'rollout-title' ) => ClientLink::address( '', [ 'view' => WayIn::ROLLOUT ] )
		];
	}
}
