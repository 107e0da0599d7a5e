<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Plot;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\History\TimeWindow;
use MediaWiki\Html\Html;

/**
 * Lines over time, as HTML with an SVG in it, made here on the server: it needs no script, and takes its colours from
 * the page's stylesheet, so that it is light or dark as the page is.
 *
 * The drawing is stretched to the width that there is, a phone's, too. What is written is therefore no part of it but
 * stands beside it, in the size of the page's other text. Who does not see it hears its description, and finds the same
 * numbers in a table.
 */
final class LinePlot {

	/** Rows of the table with the same numbers. */
	private const ROWS = 12;

	/**
	 * @param string $id unique on the page
	 * @param string $title of what, in which unit
	 * @param string $description what is to be seen, in words
	 * @param TimeWindow $window
	 * @param Scale $scale
	 * @param list<Series> $series in the order of the legend; each is drawn over those before it
	 * @param Closure(int):string $time words for a time of day
	 * @param Closure(float):string $value words for a value
	 * @param array{numbers:string,time:string,unknown:string} $words
	 */
	public function __construct(
		private readonly string $id,
		private readonly string $title,
		private readonly string $description,
		private readonly TimeWindow $window,
		private readonly Scale $scale,
		private readonly array $series,
		private readonly Closure $time,
		private readonly Closure $value,
		private readonly array $words
	) {
	}

	public function html(): string {
		return Html::rawElement(
			'figure',
			[ 'class' => 'wbd-plot', 'id' => $this->id ],
			Html::element( 'figcaption', [ 'id' => "{$this->id}-title" ], $this->title )
			. $this->legend()
			. Html::rawElement(
				'div',
				// Time goes from left to right in every language.
				[ 'class' => 'wbd-plot-frame', 'dir' => 'ltr' ],
				$this->valueAxis() . $this->drawing() . $this->timeAxis()
			)
			. $this->table()
		);
	}

	private function legend(): string {
		$items = '';
		foreach ( $this->series as $series ) {
			$line = Html::element( 'path', [ 'class' => "wbd-line wbd-{$series->style}", 'd' => 'M2 6H30' ] );
			$items .= Html::rawElement(
				'li',
				[],
				Html::rawElement( 'svg', [ 'viewBox' => '0 0 32 12', 'aria-hidden' => 'true' ], $line )
				. Html::element( 'bdi', [], $series->name )
				. ' '
				. Html::rawElement( 'b', [], Html::element( 'bdi', [], $this->valueOf( $series->now ) ) )
			);
		}
		return Html::rawElement( 'ul', [ 'class' => 'wbd-legend' ], $items );
	}

	private function drawing(): string {
		$grid = '';
		foreach ( $this->scale->ticks() as $tick ) {
			$y = round( Path::HEIGHT * ( 1 - $tick / $this->scale->end ), 1 );
			$grid .= "M0 {$y}H" . Path::WIDTH;
		}
		foreach ( $this->window->ticks() as $place ) {
			$grid .= 'M' . round( $place * Path::WIDTH, 1 ) . ' ' . Path::HEIGHT . 'v-6';
		}
		$lines = Html::element( 'path', [ 'class' => 'wbd-grid', 'd' => $grid ] );
		foreach ( $this->series as $series ) {
			if ( $series->isFilled ) {
				$lines .= Html::element( 'path', [
					'class' => "wbd-area wbd-{$series->style}", 'd' => Path::areaOf( $series, $this->scale ),
				] );
			}
		}
		foreach ( $this->series as $series ) {
			$lines .= Html::element( 'path', [
				'class' => "wbd-line wbd-{$series->style}", 'd' => Path::of( $series, $this->scale ),
			] );
		}
		return Html::rawElement(
			'svg',
			[
				'class' => 'wbd-plot-drawing',
				'role' => 'img',
				'aria-labelledby' => "{$this->id}-title",
				'aria-describedby' => "{$this->id}-description",
				'viewBox' => '0 0 ' . Path::WIDTH . ' ' . Path::HEIGHT,
				'preserveAspectRatio' => 'none',
			],
			Html::element( 'desc', [ 'id' => "{$this->id}-description" ], $this->description ) . $lines
		);
	}

	private function valueAxis(): string {
		$labels = '';
		foreach ( $this->scale->ticks() as $tick ) {
			$labels .= Html::element(
				'span',
				[ 'style' => 'bottom:' . round( 100 * $tick / $this->scale->end, 2 ) . '%', 'dir' => 'auto' ],
				( $this->value )( $tick )
			);
		}
		return Html::rawElement( 'div', [ 'class' => 'wbd-plot-values', 'aria-hidden' => 'true' ], $labels );
	}

	private function timeAxis(): string {
		$labels = '';
		foreach ( $this->window->ticks() as $time => $place ) {
			$labels .= Html::element(
				'span',
				[ 'style' => 'left:' . round( 100 * $place, 2 ) . '%' ],
				( $this->time )( $time )
			);
		}
		return Html::rawElement( 'div', [ 'class' => 'wbd-plot-times', 'aria-hidden' => 'true' ], $labels );
	}

	private function table(): string {
		$head = Html::element( 'th', [ 'scope' => 'col' ], $this->words['time'] );
		$columns = [];
		foreach ( $this->series as $series ) {
			$head .= Html::rawElement( 'th', [ 'scope' => 'col' ], Html::element( 'bdi', [], $series->name ) );
			$columns[] = $series->inParts( self::ROWS );
		}
		$rows = Html::rawElement( 'tr', [], $head );
		$seconds = intdiv( $this->window->to - $this->window->from, self::ROWS );
		for ( $row = 0; $row < self::ROWS; $row++ ) {
			$from = $this->window->from + $row * $seconds;
			$cells = Html::element(
				'th', [ 'scope' => 'row' ], ( $this->time )( $from ) . '–' . ( $this->time )( $from + $seconds )
			);
			foreach ( $columns as $values ) {
				$cells .= Html::element( 'td', [], $this->valueOf( $values[$row] ?? null ) );
			}
			$rows .= Html::rawElement( 'tr', [], $cells );
		}
		return Html::rawElement(
			'details',
			[],
			Html::element( 'summary', [], $this->words['numbers'] )
			. Html::rawElement(
				'div',
				[ 'class' => 'wbd-scroll', 'tabindex' => '0', 'role' => 'region',
					'aria-label' => $this->words['numbers'] ],
				Html::rawElement( 'table', [ 'class' => 'wikitable wbd-numbers' ], $rows )
			)
		);
	}

	private function valueOf( ?float $value ): string {
		return $value === null ? $this->words['unknown'] : ( $this->value )( $value );
	}
}
