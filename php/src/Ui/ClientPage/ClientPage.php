<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\ErrorStore;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\Sentence;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\History\Sample;
use MediaWiki\Extension\WikibaseDispatch\Status\Report\ClientReport;
use MediaWiki\Extension\WikibaseDispatch\Status\Step;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\Design;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\SentenceHtml;
use MediaWiki\Html\Html;

/**
 * All that is known of one client: its condition and why, numbers, history, what waits, errors, rollout, subscriptions.
 */
final class ClientPage {

	public function __construct( private readonly Markup $markup, private readonly ClientPlots $plots ) {
	}

	/**
	 * @param ClientReport $report
	 * @param FarmStatus $status
	 */
	public function state( ClientReport $report, FarmStatus $status ): string {
		$client = $report->status;
		$box = match ( $client->trouble() ) {
			'stuck' => 'error',
			'failing', 'lagging' => 'warning',
			default => 'notice',
		};
		return $this->markup->section(
			'state',
			$this->markup->text( 'client-state' ),
			Html::rawElement(
				'div',
				[ 'class' => 'wbd-headline wbd-client-state', 'data-condition' => $client->condition() ],
				Design::box(
					$box,
					$this->markup->paragraph( $this->markup->condition( $client->condition() ), 'wbd-state' )
					. $this->explanation( $report->explanation )
				)
			)
			. $this->facts( $client, $status )
		);
	}

	/**
	 * @param ClientReport $report
	 * @param list<Sample> $farm
	 * @param FarmStatus $status
	 */
	public function details( ClientReport $report, array $farm, FarmStatus $status ): string {
		$parts = [
			'history' => [ 'status-history', $this->plots->html( $report, $farm, $status ) ],
			'waiting' => [ 'client-waiting', $this->waiting( $report ) ],
			'errors' => [ 'client-errors', $this->errors( $report ) ],
			'rollout' => [ 'client-rollout', $this->rollout( $report ) ],
			'rebuild' => [ 'client-subscriptions', $this->rebuild( $report ) ],
		];
		$html = '';
		foreach ( $parts as $id => [ $title, $part ] ) {
			$html .= $this->markup->section( $id, $this->markup->text( $title ), $part );
		}
		return $html;
	}

	/**
	 * @param list<list<Sentence>> $paragraphs
	 */
	private function explanation( array $paragraphs ): string {
		$sentences = new SentenceHtml( $this->markup->localizer, $this->markup->words );
		$html = '';
		foreach ( $paragraphs as $paragraph ) {
			$html .= $this->markup->paragraph( implode(
				$this->markup->localizer->msg( 'word-separator' )->escaped(),
				array_filter( array_map( $sentences->html( ... ), $paragraph ) )
			) );
		}
		return $html;
	}

	private function facts( ClientStatus $client, FarmStatus $status ): string {
		$receipts = $client->receipts();
		$words = $this->markup->words;
		$facts = $client->isOurs() ? [
			'status-column-lag' => htmlspecialchars( $words->duration( $client->lagSeconds() ) ),
			'status-column-pending' => htmlspecialchars( $words->number( $client->pending() ) ),
			'client-fact-seen' => (string)$client->seen(),
			'client-fact-handled' => $receipts === null
				? htmlspecialchars( $this->markup->text( 'client-no-confirmation' ) ) : (string)$receipts['handled'],
			'client-fact-reported' => $receipts === null ? null : $this->momentOrNever( $receipts['reported'] ?: null ),
			'status-fact-horizon' => (string)$status->horizon(),
			'status-fact-newest' => (string)$status->newest(),
			'status-column-pass' => $this->momentOrNever( $client->lastPass() ),
			'status-column-claim' => $this->nextAttempt( $client ),
			'status-column-failures' => htmlspecialchars( $words->number( $client->failures() ) ),
			'status-column-format' => Html::element( 'code', [], (string)$client->format() ),
			'client-fact-extension' => htmlspecialchars(
				$client->version() ?? $this->markup->text( 'client-not-reported' )
			),
		] : [];
		$items = '';
		foreach ( array_filter( $facts, static fn ( ?string $value ) => $value !== null ) as $name => $value ) {
			$items .= Html::rawElement(
				'div',
				[ 'data-fact' => preg_replace( '/^.*-/', '', $name ) ],
				Html::element( 'dt', [], $this->markup->text( $name ) ) . Html::rawElement( 'dd', [], $value )
			);
		}
		return $items === '' ? '' : Html::rawElement( 'dl', [ 'class' => 'wbd-facts' ], $items );
	}

	private function momentOrNever( ?int $time ): string {
		return $time === null
			? htmlspecialchars( $this->markup->text( 'status-never' ) ) : $this->markup->moment( $time );
	}

	/** Null where none is needed, or nobody knows when. */
	private function nextAttempt( ClientStatus $client ): ?string {
		$next = $client->claimedUntil() ?? $client->restingUntil() ?? $client->dueAt();
		return $next === null ? null : $this->markup->moment( $next );
	}

	private function waiting( ClientReport $report ): string {
		if ( !$report->status->isServed() ) {
			return $this->markup->paragraph( $this->markup->parsed( 'client-waiting-unserved' ) );
		}
		if ( $report->waiting === [] ) {
			return $this->markup->paragraph( $this->markup->parsed( 'client-waiting-none' ) );
		}
		$siteId = $report->status->siteId();
		$rows = [];
		foreach ( $report->waiting as $change ) {
			$rows[] = [
				Html::element(
					'a',
					[ 'href' => ClientLink::address( $siteId, [ SearchForm::NAME => $change['id'] ] ) ],
					(string)$change['id']
				),
				$this->markup->name( $change['entity'] ),
				$this->markup->name( $change['type'] ),
				$this->markup->moment( $change['time'] ),
				htmlspecialchars( $this->markup->text(
					$change['isSubscribed'] ? 'client-subscribed-yes' : 'client-subscribed-no'
				) ),
			];
		}
		$columns = array_map(
			fn ( string $name ) => $this->markup->text( "client-column-$name" ),
			[ 'change', 'entity', 'type', 'written', 'subscribed' ]
		);
		return $this->markup->paragraph( $this->markup->message( 'client-waiting-count' )
				->numParams( $report->status->pending() )->escaped()
				. ' ' . $this->markup->parsed( 'client-waiting-next' ) )
			. $this->markup->table( $this->markup->text( 'client-waiting-table' ), $columns, $rows );
	}

	private function errors( ClientReport $report ): string {
		if ( $report->status->condition() === ClientStatus::REFUSED ) {
			return $this->markup->paragraph(
				$this->markup->parsed( 'client-errors-configuration', (string)$report->status->lastError() )
			);
		}
		if ( $report->errors === [] ) {
			return $this->markup->paragraph( $this->markup->parsed( 'client-errors-none' ) );
		}
		$rows = [];
		foreach ( $report->errors as $error ) {
			$step = Step::tryFrom( $error['step'] ) ?? Step::Other;
			$rows[] = [
				$this->markup->moment( $error['time'] ),
				htmlspecialchars( $this->markup->text( "client-step-{$step->value}" ) ),
				$this->markup->name( $error['error'] ),
			];
		}
		$columns = array_map(
			fn ( string $name ) => $this->markup->text( "client-column-$name" ), [ 'when', 'step', 'error' ]
		);
		return $this->markup->table( $this->markup->text( 'client-errors-table' ), $columns, $rows )
			. $this->markup->paragraph(
				$this->markup->message( 'client-errors-note' )->numParams( ErrorStore::KEPT )->parse(), 'wbd-note'
			);
	}

	private function rollout( ClientReport $report ): string {
		$row = $report->rollout;
		if ( $row === null ) {
			return $this->markup->paragraph( $this->markup->parsed( 'client-rollout-refused' ) );
		}
		$sentences = [ $row->configured === $row->applied
			? $this->markup->parsed( 'client-rollout-same', $row->applied )
			: $this->markup->parsed( 'client-rollout-differs', $row->applied, $row->configured ) ];
		if ( $row->position !== null ) {
			$sentences[] = $this->markup->parsed(
				$row->applied === 'leaving' ? 'client-rollout-until' : 'client-rollout-since', (string)$row->position
			);
		}
		return $this->markup->paragraph( implode( ' ', $sentences ) )
			. ( $row->applied === 'shadow' ? $this->markup->paragraph(
				htmlspecialchars( $this->markup->text( 'rollout-column-differences' ) ) . ': '
				. ( new Differences( $this->markup ) )->html( $report->differences )
			) : '' );
	}

	private function rebuild( ClientReport $report ): string {
		$state = $report->rebuild;
		if ( $state === null ) {
			return $this->markup->paragraph( $this->markup->parsed( 'client-rebuild-none' ) );
		}
		$time = fn ( string $time ) => $this->markup->words->dateAndTime( (int)wfTimestamp( TS_UNIX, $time ) );
		$message = $this->markup->message( $state->isDone() ? 'client-rebuild-done' : 'client-rebuild-running' )
			->params( $time( $state->started ), $time( $state->touched ) )
			->numParams( $state->seen, $state->added, $state->removed )
			->params( $state->phase->value );
		return $this->markup->paragraph( $message->parse() );
	}
}
