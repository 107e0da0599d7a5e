<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientSample;
use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientTimeline;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Timeline;
use MediaWiki\Extension\WikibaseDispatch\Status\History\TimeWindow;
use MediaWiki\Extension\WikibaseDispatch\Status\Report\ClientReport;
use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\LinePlot;
use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Scale;
use MediaWiki\Extension\WikibaseDispatch\Ui\Plot\Series;
use MediaWiki\Html\Html;

/**
 * The last hours of one client: how far it was behind, what was dispatched to it, and how often that failed.
 */
final class ClientPlots {

	public function __construct( private readonly Markup $markup, private readonly int $hours ) {
	}

	/**
	 * @param ClientReport $report
	 * @param list<Sample> $farm in order of time
	 * @param FarmStatus $status of now
	 */
	public function html( ClientReport $report, array $farm, FarmStatus $status ): string {
		$client = $report->status;
		if ( !$client->isServed() ) {
			return $this->markup->paragraph( $this->markup->parsed( 'client-no-history' ) );
		}
		$window = new TimeWindow( $this->hours, $status->takenAt() );
		$whole = new Timeline( $window, [ ...$farm, Sample::of( $status ) ] );
		$own = new ClientTimeline(
			$window, [ ...$report->history, ClientSample::of( $client, $status->takenAt() ) ]
		);
		$siteId = $client->siteId();
		$median = $status->medianLag();
		$dispatched = $own->dispatched();
		return $this->choice( $siteId )
			. $this->plot( 'lag', 'status', $window, Scale::ofSeconds( ... ), $this->markup->words->duration( ... ), [
				new Series(
					'median', $this->markup->text( 'status-median' ), $whole->medianLag(),
					$median === null ? null : (float)$median
				),
				new Series( 'client-1', $siteId, $own->lag( $siteId, $farm ), (float)$client->lagSeconds() ),
			] )
			. $this->plot( 'dispatched', 'client', $window, Scale::ofCounts( ... ), $this->markup->words->rate( ... ), [
				new Series(
					'in', $this->markup->text( 'client-written' ), $whole->in(), $status->changesPerMinuteIn(),
					true, true
				),
				new Series(
					'delivered', $this->markup->text( 'client-dispatched', $siteId ), $dispatched,
					$dispatched[TimeWindow::COLUMNS - 1], true
				),
			] )
			. $this->plot( 'failures', 'client', $window, Scale::ofCounts( ... ), $this->markup->words->rate( ... ), [
				new Series( 'client-1', $siteId, $own->failures(), (float)$client->failures() ),
			] )
			. $this->markup->paragraph( $this->markup->parsed( 'client-history-note' ), 'wbd-note' );
	}

	private function choice( string $siteId ): string {
		$links = '';
		foreach ( TimeWindow::HOURS as $hours ) {
			$links .= Html::element(
				'a',
				[ 'href' => ClientLink::address( $siteId, [ 'hours' => $hours ] ) . '#wbd-history' ]
					+ ( $hours === $this->hours ? [ 'aria-current' => 'true' ] : [] ),
				$this->markup->message( 'status-hours' )->numParams( $hours )->text()
			);
		}
		return Html::rawElement(
			'nav', [ 'class' => 'wbd-hours', 'aria-label' => $this->markup->text( 'status-choose-hours' ) ], $links
		);
	}

	/**
	 * @param string $name
	 * @param string $kind of its messages
	 * @param TimeWindow $window
	 * @param Closure(float):Scale $scale for the largest value
	 * @param Closure(float):string $value words for a value
	 * @param list<Series> $series
	 */
	private function plot(
		string $name, string $kind, TimeWindow $window, Closure $scale, Closure $value, array $series
	): string {
		$sentences = array_map( fn ( Series $one ) => $one->now === null
			? $this->markup->text( 'status-described-unknown', $one->name )
			: $this->markup->text( 'status-described', $one->name, $value( $one->now ), $value( $one->largest() ) ),
			$series );
		return ( new LinePlot(
			"wbd-$name",
			$this->markup->text( "$kind-plot-$name" ),
			implode( $this->markup->words->space(), $sentences ),
			$window,
			$scale( max( array_map( static fn ( Series $one ) => $one->largest(), $series ) ) ),
			$series,
			$this->markup->words->time( ... ),
			$value,
			[
				'numbers' => $this->markup->text( "$kind-numbers-$name" ),
				'time' => $this->markup->text( 'status-column-time' ),
				'unknown' => $this->markup->text( 'status-unknown' ),
			]
		) )->html();
	}
}
