<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Reasons;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * Is it healthy? If not, why, and what is to be done? And the few numbers that say how things go.
 */
final class Headline {

	/** Beside the word and the colour, for those who see no difference between two colours. */
	private const SIGNS = [ 'healthy' => '✓', 'lagging' => '◔', 'stuck' => '✕' ];

	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly Words $words,
		private readonly SentenceHtml $sentences
	) {
	}

	public function html( FarmStatus $status ): string {
		return $this->health( $status ) . $this->facts( $status );
	}

	private function health( FarmStatus $status ): string {
		$health = $status->health()->value;
		$lines = Html::rawElement(
			'p',
			[ 'class' => 'wbd-state' ],
			Html::element( 'span', [ 'class' => 'wbd-sign', 'aria-hidden' => 'true' ], self::SIGNS[$health] )
			. Html::element( 'strong', [], $this->text( "health-$health" ) )
		);
		$sentences = [ 'reason' => Reasons::cause( $status ), 'action' => Reasons::remedy( $status ) ];
		foreach ( array_filter( $sentences ) as $kind => $sentence ) {
			$html = $this->sentences->html( $sentence );
			if ( $html !== '' ) {
				$lines .= Html::rawElement( 'p', [ 'class' => "wbd-$kind" ], $html );
			}
		}
		return Html::rawElement(
			'div', [ 'class' => "wbd-headline wbd-is-$health", 'data-reason' => $status->reason() ], $lines
		);
	}

	private function facts( FarmStatus $status ): string {
		$median = $status->medianLag();
		$facts = [
			'median-lag' => $median === null ? $this->text( 'unknown' ) : $this->words->duration( $median ),
			'waiting' => $this->words->number( $status->waiting() ),
			'in' => $this->rate( $status->changesPerMinuteIn() ),
			'delivered' => $this->rate( $status->deliveredPerMinute() ),
			'horizon' => $this->position( $status->horizon() ),
			'newest' => $this->position( $status->newest() ),
		];
		$items = '';
		foreach ( $facts as $name => $value ) {
			$items .= Html::rawElement(
				'div',
				[ 'data-fact' => $name ],
				Html::element( 'dt', [], $this->text( "fact-$name" ) ) . Html::element( 'dd', [], $value )
			);
		}
		return Html::rawElement( 'dl', [ 'class' => 'wbd-facts' ], $items )
			. Html::element(
				'p', [ 'class' => 'wbd-taken' ], $this->text( 'taken', $this->words->dateAndTime( $status->takenAt() ) )
			);
	}

	private function rate( ?float $rate ): string {
		return $rate === null ? $this->text( 'unknown' ) : $this->text( 'per-minute', $this->words->rate( $rate ) );
	}

	/** An id is a name: it is written as in the database. */
	private function position( int $id ): string {
		return (string)$id;
	}

	private function text( string $name, string ...$parameters ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name", ...$parameters )->text();
	}
}
