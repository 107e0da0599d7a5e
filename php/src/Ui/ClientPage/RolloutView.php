<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutOverview;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutReport;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutRow;
use MediaWiki\Html\Html;

/**
 * Who dispatches to which client, since when, and in what Wikibase and this extension differ: what `ShowRollout`
 * prints, a page at a time.
 */
final class RolloutView {

	/** Clients of a page: each that is in shadow costs a statement. */
	private const ROWS = 25;

	/** Rows of differences that are read of a client. */
	private const MOST_DIFFERENCES = 200;

	public function __construct( private readonly Markup $markup, private readonly RolloutReport $report ) {
	}

	/**
	 * @param int $offset clients to leave out
	 */
	public function html( int $offset ): string {
		$overview = $this->report->read();
		$rows = $overview->rows;
		usort( $rows, static fn ( RolloutRow $a, RolloutRow $b ) =>
			[ $a->isSettled(), $a->client ] <=> [ $b->isSettled(), $b->client ] );
		$offset = intdiv( max( 0, $offset ), self::ROWS ) * self::ROWS;
		$shown = array_slice( $rows, $offset, self::ROWS );
		$columns = [
			$this->markup->text( 'status-column-client' ),
			$this->markup->text( 'rollout-column-configured' ),
			$this->markup->text( 'rollout-column-applied' ),
			$this->markup->text( 'rollout-column-since' ),
			$this->markup->text( 'client-fact-seen' ),
			$this->markup->text( 'rollout-column-differences' ),
		];
		return $this->summary( $overview )
			. $this->markup->table(
				$this->markup->text( 'rollout-table' ),
				$columns,
				array_map( fn ( RolloutRow $row ) => $this->row( $overview, $row ), $shown )
			)
			. $this->pages( $offset, count( $rows ) );
	}

	private function summary( RolloutOverview $overview ): string {
		$name = match ( $overview->wikibase ) {
			null => 'rollout-summary-null',
			AppliedRollout::IDLE => 'rollout-summary-idle',
			default => 'rollout-summary-some',
		};
		$counts = '';
		$applied = array_count_values( array_map( static fn ( RolloutRow $row ) => $row->applied, $overview->rows ) );
		foreach ( $applied as $state => $count ) {
			$counts .= Html::element( 'li', [ 'data-rollout' => $state ], $this->markup->message( 'rollout-counts' )
				->params( $this->markup->text( "status-rollout-$state" ) )->numParams( $count )->text() );
		}
		return $this->markup->paragraph( $this->markup->parsed( $name, (string)$overview->floor ) )
			. Html::rawElement( 'ul', [], $counts );
	}

	/**
	 * @return list<string>
	 */
	private function row( RolloutOverview $overview, RolloutRow $row ): array {
		return [
			ClientLink::html( $row->client ),
			htmlspecialchars( $this->markup->text( "status-rollout-{$row->configured}" ) ),
			htmlspecialchars( $this->markup->text( "status-rollout-{$row->applied}" ) ),
			(string)$row->position,
			(string)$row->seen,
			$row->applied === AppliedRollout::SHADOW
				? ( new Differences( $this->markup ) )->html(
					$this->report->differences( $overview, $row, self::MOST_DIFFERENCES )
				)
				: '',
		];
	}

	private function pages( int $offset, int $count ): string {
		$links = '';
		foreach ( [ 'previous' => $offset - self::ROWS, 'next' => $offset + self::ROWS ] as $name => $place ) {
			if ( $place >= 0 && $place < $count ) {
				$links .= Html::element(
					'a',
					[
						'href' => ClientLink::address( '', [ 'view' => WayIn::ROLLOUT, 'offset' => $place ] ),
						'rel' => $name === 'next' ? 'next' : 'prev',
					],
					$this->markup->text( "status-$name", $this->markup->words->number(
						$name === 'next' ? min( self::ROWS, $count - $place ) : self::ROWS
					) )
				);
			}
		}
		$range = $this->markup->text( 'rollout-range', ...array_map(
			$this->markup->words->number( ... ),
			[ min( $offset + 1, $count ), min( $offset + self::ROWS, $count ), $count ]
		) );
		return $this->markup->paragraph( htmlspecialchars( $range ), 'wbd-count' )
			. ( $links === '' ? '' : Html::rawElement(
				'nav', [ 'class' => 'wbd-pages', 'aria-label' => $this->markup->text( 'status-pages' ) ], $links
			) );
	}
}
