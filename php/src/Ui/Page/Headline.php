<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Reasons;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * Is it healthy? If not, why, for how many clients, and what is to be done?
 */
final class Headline {

	/** What of the design a health looks like. */
	private const BOXES = [
		'healthy' => 'success', 'lagging' => 'warning', 'stuck' => 'error', 'untried' => 'notice',
	];

	/** Beside the word and the colour, for those who see no difference between two colours. */
	private const SIGNS = [ 'healthy' => '✓', 'lagging' => '◔', 'stuck' => '✕', 'untried' => '○' ];

	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly SentenceHtml $sentences,
		private readonly Design $design
	) {
	}

	public function html( FarmStatus $status ): string {
		$health = $status->health()->value;
		$sign = $this->design->hasSigns()
			? '' : Html::element( 'span', [ 'class' => 'wbd-sign', 'aria-hidden' => 'true' ], self::SIGNS[$health] );
		$lines = Html::rawElement(
			'p',
			[ 'class' => 'wbd-state' ],
			$sign
			// Is read out when it changes, and no more than that.
			. Html::element( 'strong', [ 'role' => 'status' ], $this->text( "health-$health" ) )
			. $this->troubled( $status )
		);
		$sentences = [ 'reason' => Reasons::cause( $status ), 'action' => Reasons::remedy( $status ) ];
		foreach ( array_filter( $sentences ) as $kind => $sentence ) {
			$html = $this->sentences->html( $sentence );
			if ( $html !== '' ) {
				$lines .= Html::rawElement( 'p', [ 'class' => "wbd-$kind" ], $html );
			}
		}
		return Html::rawElement(
			'div',
			[ 'class' => "wbd-headline wbd-is-$health", 'data-reason' => $status->reason() ],
			Design::box( self::BOXES[$health], $lines )
		);
	}

	/** How many clients are stuck, failing, lagging. */
	private function troubled( FarmStatus $status ): string {
		$parts = [];
		foreach ( $status->troubled() as $trouble => $count ) {
			if ( $count > 0 ) {
				$parts[] = $this->localizer->msg( "wikibasedispatch-status-troubled-$trouble" )
					->numParams( $count )->text();
			}
		}
		$comma = $this->localizer->msg( 'comma-separator' )->text();
		return $parts === [] ? '' : ' ' . Html::element(
			'span', [ 'class' => 'wbd-troubled' ], $this->text( 'troubled', implode( $comma, $parts ) )
		);
	}

	private function text( string $name, string ...$parameters ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name", ...$parameters )->text();
	}
}
