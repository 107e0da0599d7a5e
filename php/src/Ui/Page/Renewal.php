<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * As of when the page is, and how to have it newer: a script renews it by itself, and shows a switch instead of
 * the link.
 */
final class Renewal {

	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly Words $words,
		private readonly Design $design
	) {
	}

	public function html( int $takenAt, string $address ): string {
		return Html::rawElement(
			'div',
			[ 'class' => 'wbd-renewal' ],
			Html::rawElement(
				'span',
				[ 'class' => 'wbd-taken' ],
				Html::element(
					'time',
					[ 'datetime' => wfTimestamp( TS_ISO_8601, $takenAt ), 'dir' => 'auto' ],
					$this->text( 'taken', $this->words->dateAndTime( $takenAt ) )
				)
			)
			. Html::element(
				'a',
				[ 'class' => 'wbd-reload ' . $this->design->buttonLink(), 'href' => $address ],
				$this->text( 'reload' )
			)
			. Html::element(
				'button',
				// What the script changes here is its own.
				[ 'type' => 'button', 'class' => 'wbd-pause ' . $this->design->button(), 'hidden' => true,
					'aria-pressed' => 'false', 'data-own' => true ],
				$this->text( 'pause' )
			)
			. Html::element(
				'span', [ 'class' => 'wbd-stale', 'role' => 'status', 'data-text' => $this->text( 'stale' ),
					'data-own' => true ], ''
			)
		);
	}

	private function text( string $name, string ...$parameters ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name", ...$parameters )->text();
	}
}
