<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Timeline;
use MediaWiki\Extension\WikibaseDispatch\Status\History\TimeWindow;
use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\LinePlot;
use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Scale;
use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Series;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * The last hours: how far the clients were behind, and what came and went a minute.
 */
final class StatusPlots {

	/** Clients with a line of their own. More, and nobody can tell them apart. */
	private const CLIENTS = 4;

	/** Styles of lines that the stylesheet has for clients. */
	private const STYLES = 8;

	/**
	 * @param MessageLocalizer $localizer
	 * @param Words $words
	 * @param View $view
	 * @param Closure(array<string,string|int>):string $address of the page with other parameters
	 */
	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly Words $words,
		private readonly View $view,
		private readonly Closure $address
	) {
	}

	/**
	 * @param list<Sample> $history in order of time
	 * @param FarmStatus $status of now
	 */
	public function html( array $history, FarmStatus $status ): string {
		$now = Sample::of( $status );
		$window = new TimeWindow( $this->view->hours, $now->time );
		$timeline = new Timeline( $window, [ ...$history, $now ] );
		return Html::rawElement(
			'section',
			[ 'class' => 'wbd-plots', 'id' => 'wbd-history', 'aria-labelledby' => 'wbd-history-title' ],
			Html::element( 'h2', [ 'id' => 'wbd-history-title' ], $this->text( 'history' ) )
			. $this->choice()
			. Html::rawElement(
				'div',
				[ 'class' => 'wbd-plot-pair' ],
				$this->lag( $window, $timeline, $status ) . $this->rates( $window, $timeline, $status )
			)
			. Html::element( 'p', [ 'class' => 'wbd-note' ], $this->text( 'no-line' ) )
		);
	}

	private function choice(): string {
		$links = '';
		foreach ( TimeWindow::HOURS as $hours ) {
			$links .= Html::element(
				'a',
				[ 'href' => ( $this->address )( $this->view->parameters( [ 'hours' => $hours ] ) ) . '#wbd-history' ]
					+ ( $hours === $this->view->hours ? [ 'aria-current' => 'true' ] : [] ),
				$this->localizer->msg( 'wikibasedispatch-status-hours' )->numParams( $hours )->text()
			);
		}
		return Html::rawElement(
			'nav', [ 'class' => 'wbd-hours', 'aria-label' => $this->text( 'choose-hours' ) ], $links
		);
	}

	private function lag( TimeWindow $window, Timeline $timeline, FarmStatus $status ): string {
		$lags = [];
		foreach ( $status->clients() as $client ) {
			$lags[$client->siteId()] = (float)$client->lagSeconds();
		}
		$median = $status->medianLag();
		$series = [ new Series(
			'median', $this->text( 'median' ), $timeline->medianLag(), $median === null ? null : (float)$median
		) ];
		$drawn = self::drawn( $lags, $timeline, $status->reasonClient() );
		$styles = self::styles( $drawn );
		foreach ( $drawn as $siteId ) {
			$series[] = new Series(
				"client-$styles[$siteId]", $siteId, $timeline->lagOf( $siteId ), $lags[$siteId] ?? null
			);
		}
		return $this->plot(
			'lag', $window, Scale::ofSeconds( self::largest( $series ) ), $series, $this->words->duration( ... )
		);
	}

	/**
	 * Whose lag is drawn: the client that the headline names, the one that lags most now, and those that did most over
	 * the whole time.
	 *
	 * @param array<array-key,float> $lags site id => seconds, as of now
	 * @param Timeline $timeline
	 * @param string|null $named
	 * @return list<string> site ids
	 */
	private static function drawn( array $lags, Timeline $timeline, ?string $named ): array {
		arsort( $lags );
		$worst = array_key_first( $lags );
		$first = [
			...( $named !== null && isset( $lags[$named] ) ? [ $named ] : [] ),
			...( $worst !== null && $lags[$worst] > 0 ? [ (string)$worst ] : [] ),
		];
		$all = array_unique( [ ...$first, ...$timeline->worst( self::CLIENTS ) ] );
		return array_slice( array_values( $all ), 0, self::CLIENTS );
	}

	/**
	 * A client's style comes from its name, so that its colour stays when others come and go; of two that would have
	 * the same, the second takes the next.
	 *
	 * @param list<string> $siteIds
	 * @return array<array-key,int> from 1
	 */
	private static function styles( array $siteIds ): array {
		sort( $siteIds, SORT_STRING );
		$styles = [];
		foreach ( $siteIds as $siteId ) {
			$style = hexdec( substr( md5( $siteId ), 0, 6 ) ) % self::STYLES;
			while ( in_array( $style + 1, $styles, true ) ) {
				$style = ( $style + 1 ) % self::STYLES;
			}
			$styles[$siteId] = $style + 1;
		}
		return $styles;
	}

	private function rates( TimeWindow $window, Timeline $timeline, FarmStatus $status ): string {
		$series = [
			new Series(
				'in', $this->text( 'fact-in' ), $timeline->in(), $status->changesPerMinuteIn(), true, true
			),
			new Series(
				'delivered', $this->text( 'fact-delivered' ), $timeline->delivered(),
				$status->deliveredPerMinute(), true
			),
		];
		return $this->plot(
			'rates', $window, Scale::ofCounts( self::largest( $series ) ), $series, $this->words->rate( ... )
		);
	}

	/**
	 * @param string $name
	 * @param TimeWindow $window
	 * @param Scale $scale
	 * @param list<Series> $series
	 * @param Closure(float):string $value
	 */
	private function plot( string $name, TimeWindow $window, Scale $scale, array $series, Closure $value ): string {
		$sentences = [];
		foreach ( $series as $one ) {
			$sentences[] = $one->now === null
				? $this->text( 'described-unknown', $one->name )
				: $this->text( 'described', $one->name, $value( $one->now ), $value( $one->largest() ) );
		}
		return ( new LinePlot(
			"wbd-$name",
			$this->text( "plot-$name" ),
			implode( $this->words->space(), $sentences ),
			$window,
			$scale,
			$series,
			$this->words->time( ... ),
			$value,
			[
				'numbers' => $this->text( "numbers-$name" ),
				'time' => $this->text( 'column-time' ) . $this->words->space()
					. $this->localizer->msg( 'parentheses' )->params( $this->words->zone( $window->to ) )->text(),
				'unknown' => $this->text( 'unknown' ),
			]
		) )->html();
	}

	/**
	 * @param list<Series> $series
	 */
	private static function largest( array $series ): float {
		return max( array_map( static fn ( Series $one ) => $one->largest(), $series ) );
	}

	private function text( string $name, string ...$parameters ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name", ...$parameters )->text();
	}
}
