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
	 * @param Design $design
	 * @param View $view
	 * @param int $now Unix time
	 * @param string $script where the form leads
	 * @param array<string,string> $fixed parameters that its address has anyway
	 * @param Closure(array<string,string|int>):string $address of the page with other parameters
	 */
	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly Words $words,
		private readonly Design $design,
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
			. Html::rawElement( 'p', [ 'class' => 'wbd-count', 'role' => 'status' ], $this->count( $clients ) )
			. ( $rows === '' ? '' : $this->design->table( $this->head(), $rows, $this->text( 'table' ) ) )
			. $this->pages( $clients )
		);
	}

	/** Which of how many are shown, or that none is; as HTML. */
	private function count( ClientList $clients ): string {
		if ( $clients->matching === 0 ) {
			return htmlspecialchars( $this->text( 'no-match' ) );
		}
		$first = $this->words->number( $clients->offset + 1 );
		$last = $this->words->number( $clients->offset + count( $clients->shown ) );
		$name = $clients->matching === $clients->total ? 'range' : 'range-of-matching';
		// Messages: wikibasedispatch-status-range, wikibasedispatch-status-range-of-matching
		return $this->localizer->msg( "wikibasedispatch-status-$name" )
			->rawParams( Html::element( 'bdi', [ 'dir' => 'ltr' ], $first === $last ? $first : "{$first}–{$last}" ) )
			->numParams( $clients->matching, $clients->total )->escaped();
	}

	private function form( ClientList $clients ): string {
		$hidden = '';
		$kept = $this->fixed + $this->view->parameters( [ 'client' => '', 'condition' => '', 'offset' => 0 ] );
		foreach ( $kept as $name => $value ) {
			$hidden .= Html::hidden( $name, (string)$value );
		}
		$options = Html::element( 'option', [ 'value' => '' ], $this->text( 'any-condition' ) );
		// One that is asked for by address is shown even if nobody is in it any more.
		foreach ( ClientList::SEVERITY as $condition ) {
			$count = $clients->conditions[$condition] ?? 0;
			if ( $count === 0 && $condition !== $this->view->condition ) {
				continue;
			}
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
			[ 'method' => 'get', 'action' => $this->script, 'id' => 'wbd-filter', 'class' => 'wbd-form',
				'role' => 'search', 'aria-label' => $this->text( 'filter' ) ],
			$hidden
			. Html::element( 'label', [ 'for' => 'wbd-client' ], $this->text( 'filter-client' ) )
			. Html::element( 'input', [
				'type' => 'search', 'id' => 'wbd-client', 'name' => 'client', 'size' => '20',
				'maxlength' => (string)View::CLIENT_LENGTH, 'class' => $this->design->textInput(),
				'value' => $this->view->client, 'dir' => 'ltr', 'autocapitalize' => 'off', 'spellcheck' => 'false',
			] )
			. Html::element( 'label', [ 'for' => 'wbd-condition' ], $this->text( 'filter-condition' ) )
			. Html::rawElement(
				'select',
				[ 'id' => 'wbd-condition', 'name' => 'condition', 'class' => $this->design->select() ],
				$options
			)
			. Html::element(
				'button', [ 'type' => 'submit', 'class' => $this->design->button() ], $this->text( 'filter-submit' )
			)
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
		$lastPass = $client->lastPass();
		$failures = $client->failures();
		return Html::rawElement(
			'tr',
			[ 'data-key' => $client->siteId() ],
			Html::rawElement( 'th', [ 'scope' => 'row' ], ClientLink::html( $client->siteId() ) )
			. Html::rawElement( 'td', [], self::conditionHtml( $client, $this->design, $this->localizer ) )
			. $this->numberCell( $this->words->duration( $client->lagSeconds() ) )
			. $this->numberCell( $this->words->number( $client->pending() ) )
			. Html::rawElement(
				'td', [], $lastPass === null ? htmlspecialchars( $this->text( 'never' ) )
					: $this->words->agoHtml( $lastPass, $this->now )
			)
			. Html::rawElement( 'td', [], $this->claim( $client ) )
			. Html::element( 'td', [], $this->text( 'rollout-' . $client->rollout() ) )
			. Html::element( 'td', [], $client->format() ?? '' )
			. $this->numberCell( $failures > 0 ? $this->words->number( $failures ) : '' )
			. Html::element(
				'td',
				$client->lastError() === null ? [] : [ 'class' => 'wbd-error', 'dir' => 'auto' ],
				$this->error( $client )
			)
		);
	}

	private function numberCell( string $number ): string {
		return Html::element( 'td', [ 'class' => 'wbd-number' ], $number );
	}

	/** What a client waits for; and whether it is stuck, however that condition sounds. */
	public static function conditionHtml( ClientStatus $client, Design $design, MessageLocalizer $localizer ): string {
		$condition = $client->condition();
		$text = static fn ( string $name ) => $localizer->msg( "wikibasedispatch-status-$name" )->text();
		$html = $design->chip( "wbd-condition wbd-is-$condition", $text( "condition-$condition" ) );
		return $client->trouble() !== 'stuck' ? $html
			: $html . ' ' . Html::element( 'strong', [ 'class' => 'wbd-stuck' ], $text( 'stuck' ) );
	}

	/** @return string HTML */
	private function claim( ClientStatus $client ): string {
		$parts = [];
		foreach ( [ 'claimed' => $client->claimedUntil(), 'rests' => $client->restingUntil() ] as $name => $until ) {
			if ( $until !== null ) {
				$parts[] = $this->localizer->msg( "wikibasedispatch-status-$name-until" )
					->rawParams( Html::element(
						'time',
						[ 'datetime' => wfTimestamp( TS_ISO_8601, $until ),
							'title' => $this->words->dateAndTime( $until ) ],
						$this->words->moment( $until, $this->now )
					) )->escaped();
			}
		}
		return implode( htmlspecialchars( $this->words->space() ), $parts );
	}

	private function error( ClientStatus $client ): string {
		return Words::shortened( $client->lastError() ?? '', self::ERROR_LENGTH );
	}

	private function pages( ClientList $clients ): string {
		$links = '';
		$next = $clients->offset + View::ROWS;
		$pages = [
			'previous' => [ $clients->offset - View::ROWS, View::ROWS ],
			'next' => [ $next, min( View::ROWS, $clients->matching - $next ) ],
		];
		foreach ( $pages as $name => [ $offset, $rows ] ) {
			if ( $offset >= 0 && $rows > 0 ) {
				$links .= Html::element(
					'a',
					[
						'href' => ( $this->address )( $this->view->parameters( [ 'offset' => $offset ] ) )
							. '#wbd-clients',
						'rel' => $name === 'next' ? 'next' : 'prev',
						'class' => $this->design->buttonLink(),
					],
					$this->text( $name, $this->words->number( $rows ) )
				);
			}
		}
		return $links === '' ? '' : Html::rawElement(
			'nav', [ 'class' => 'wbd-pages', 'aria-label' => $this->text( 'pages' ) ], $links
		);
	}

	private function text( string $name, string|int ...$parameters ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name", ...$parameters )->text();
	}
}
