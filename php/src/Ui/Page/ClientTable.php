<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ClientLink;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * The clients, one a row, with a form to choose some of them and links to sort them by. All of it is addresses, so it
 * works without a script; and sorting is done before a page is cut off, so it is right with any number of clients.
 */
final class ClientTable {

	/** Of an error, as much as tells what is the matter. */
	private const ERROR_LENGTH = 160;

	/** Column => what it is sorted by, if it can be. */
	private const COLUMNS = [
		'client' => 'client',
		'condition' => 'condition',
		'lag' => 'lag',
		'pending' => 'pending',
		'pass' => 'pass',
		'claim' => null,
		'rollout' => 'rollout',
		'format' => null,
		'failures' => 'failures',
		'error' => null,
	];

	/**
	 * @param MessageLocalizer $localizer
	 * @param Words $words
	 * @param View $view
	 * @param int $now Unix time
	 * @param string $script where the form leads
	 * @param array<string,string> $fixed parameters that its address has anyway
	 * @param Closure(array<string,string|int>):string $address of the page with other parameters
	 */
	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly Words $words,
		private readonly View $view,
		private readonly int $now,
		private readonly string $script,
		private readonly array $fixed,
		private readonly Closure $address
	) {
	}

	public function html( ClientList $clients ): string {
		$rows = '';
		foreach ( $clients->shown as $client ) {
			$rows .= $this->row( $client );
		}
		return Html::rawElement(
			'section',
			[ 'id' => 'wbd-clients', 'class' => 'wbd-clients', 'aria-labelledby' => 'wbd-clients-title' ],
			Html::element( 'h2', [ 'id' => 'wbd-clients-title' ], $this->text( 'clients' ) )
			. $this->form( $clients )
			. Html::element(
				'p',
				[ 'class' => 'wbd-count', 'role' => 'status' ],
				$this->text(
					'count',
					$this->words->number( $clients->matching ),
					$this->words->number( $clients->total ),
					$clients->total
				)
			)
			. Html::rawElement(
				'div',
				// What is wider than a phone can be moved by the keyboard, too.
				[ 'class' => 'wbd-scroll', 'tabindex' => '0', 'role' => 'region',
					'aria-label' => $this->text( 'table' ) ],
				Html::rawElement(
					'table',
					[ 'class' => 'wikitable wbd-table' ],
					Html::rawElement( 'thead', [], $this->head() ) . Html::rawElement( 'tbody', [], $rows )
				)
			)
			. $this->pages( $clients )
		);
	}

	private function form( ClientList $clients ): string {
		$hidden = '';
		$kept = $this->fixed + $this->view->parameters( [ 'client' => '', 'condition' => '', 'offset' => 0 ] );
		foreach ( $kept as $name => $value ) {
			$hidden .= Html::hidden( $name, (string)$value );
		}
		$options = Html::element( 'option', [ 'value' => '' ], $this->text( 'any-condition' ) );
		// One that is asked for by address is shown even if nobody is in it any more.
		$conditions = $clients->conditions
			+ ( $this->isCondition( $this->view->condition ) ? [ $this->view->condition => 0 ] : [] );
		foreach ( $conditions as $condition => $count ) {
			$options .= Html::element(
				'option',
				[ 'value' => $condition, 'selected' => $condition === $this->view->condition ],
				$this->text(
					'condition-and-count', $this->text( "condition-$condition" ), $this->words->number( $count )
				)
			);
		}
		return Html::rawElement(
			'form',
			[ 'method' => 'get', 'action' => $this->script, 'class' => 'wbd-form', 'role' => 'search',
				'aria-label' => $this->text( 'filter' ) ],
			$hidden
			. Html::element( 'label', [ 'for' => 'wbd-client' ], $this->text( 'filter-client' ) )
			. Html::element( 'input', [
				'type' => 'search', 'id' => 'wbd-client', 'name' => 'client', 'size' => '20', 'maxlength' => '32',
				'value' => $this->view->client, 'dir' => 'ltr', 'autocapitalize' => 'off', 'spellcheck' => 'false',
			] )
			. Html::element( 'label', [ 'for' => 'wbd-condition' ], $this->text( 'filter-condition' ) )
			. Html::rawElement( 'select', [ 'id' => 'wbd-condition', 'name' => 'condition' ], $options )
			. Html::element( 'button', [ 'type' => 'submit' ], $this->text( 'filter-submit' ) )
		);
	}

	private function head(): string {
		$cells = '';
		foreach ( self::COLUMNS as $column => $sort ) {
			$cells .= $this->headCell( $this->text( "column-$column" ), $sort );
		}
		return Html::rawElement( 'tr', [], $cells );
	}

	private function headCell( string $title, ?string $sort ): string {
		if ( $sort === null ) {
			return Html::element( 'th', [ 'scope' => 'col' ], $title );
		}
		$isSorted = $sort === $this->view->sort;
		$descending = $isSorted ? !$this->view->descending : View::SORTABLE[$sort];
		$arrow = $isSorted ? ( $this->view->descending ? '▼' : '▲' ) : '';
		return Html::rawElement(
			'th',
			[ 'scope' => 'col' ]
				+ ( $isSorted ? [ 'aria-sort' => $this->view->descending ? 'descending' : 'ascending' ] : [] ),
			Html::rawElement(
				'a',
				[ 'href' => ( $this->address )( $this->view->parameters(
					[ 'sort' => $sort, 'desc' => $descending, 'offset' => 0 ]
				) ) . '#wbd-clients', 'class' => 'wbd-sort' ],
				htmlspecialchars( $title )
				. Html::element( 'span', [ 'class' => 'wbd-arrow', 'aria-hidden' => 'true' ], $arrow )
			)
		);
	}

	private function row( ClientStatus $client ): string {
		$condition = $client->condition();
		$lastPass = $client->lastPass();
		$failures = $client->failures();
		return Html::rawElement(
			'tr',
			[],
			Html::rawElement( 'th', [ 'scope' => 'row' ], ClientLink::html( $client->siteId() ) )
			. Html::rawElement( 'td', [], Html::element(
				'span', [ 'class' => "wbd-condition wbd-is-$condition" ], $this->text( "condition-$condition" )
			) )
			. Html::element( 'td', [ 'class' => 'wbd-number' ], $this->words->duration( $client->lagSeconds() ) )
			. Html::element( 'td', [ 'class' => 'wbd-number' ], $this->words->number( $client->pending() ) )
			. Html::rawElement(
				'td', [], $lastPass === null ? htmlspecialchars( $this->text( 'never' ) ) : $this->moment( $lastPass )
			)
			. Html::element( 'td', [], $this->claim( $client ) )
			. Html::element( 'td', [], $this->text( 'rollout-' . $client->rollout() ) )
			. Html::element( 'td', [], $client->format() ?? '' )
			. Html::element(
				'td', [ 'class' => 'wbd-number' ], $failures > 0 ? $this->words->number( $failures ) : ''
			)
			. Html::element( 'td', [ 'class' => 'wbd-error', 'dir' => 'auto' ], $this->error( $client ) )
		);
	}

	private function moment( int $time ): string {
		return Html::element(
			'time',
			[ 'datetime' => wfTimestamp( TS_ISO_8601, $time ), 'title' => $this->words->dateAndTime( $time ) ],
			$this->words->moment( $time, $this->now )
		);
	}

	private function claim( ClientStatus $client ): string {
		$parts = [];
		$claimed = $client->claimedUntil();
		if ( $claimed !== null ) {
			$parts[] = $this->text( 'claimed-until', $this->words->moment( $claimed, $this->now ) );
		}
		$resting = $client->restingUntil();
		if ( $resting !== null ) {
			$parts[] = $this->text( 'rests-until', $this->words->moment( $resting, $this->now ) );
		}
		return implode( $this->words->space(), $parts );
	}

	private function error( ClientStatus $client ): string {
		$error = $client->lastError() ?? '';
		return mb_strlen( $error ) > self::ERROR_LENGTH ? mb_substr( $error, 0, self::ERROR_LENGTH ) . '…' : $error;
	}

	private function pages( ClientList $clients ): string {
		$links = '';
		$places = [ 'previous' => $this->view->offset - View::ROWS, 'next' => $this->view->offset + View::ROWS ];
		foreach ( $places as $name => $offset ) {
			if ( $offset >= 0 && $offset < $clients->matching ) {
				$links .= Html::element(
					'a',
					[
						'href' => ( $this->address )( $this->view->parameters( [ 'offset' => $offset ] ) )
							. '#wbd-clients',
						'rel' => $name === 'next' ? 'next' : 'prev',
					],
					$this->text( $name, $this->words->number( View::ROWS ) )
				);
			}
		}
		return $links === '' ? '' : Html::rawElement(
			'nav', [ 'class' => 'wbd-pages', 'aria-label' => $this->text( 'pages' ) ], $links
		);
	}

	private function isCondition( string $code ): bool {
		return $code !== '' && preg_match( '/^[a-z-]+$/', $code )
			&& $this->localizer->msg( "wikibasedispatch-status-condition-$code" )->exists();
	}

	private function text( string $name, string|int ...$parameters ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name", ...$parameters )->text();
	}
}
