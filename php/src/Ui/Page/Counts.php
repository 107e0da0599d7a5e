<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use Closure;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * How many clients are in each condition, each a link that has the table show these.
 */
final class Counts {

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

	public function html( ClientList $clients ): string {
		$items = $this->item( '', $clients->total, $this->localizer->msg( 'wikibasedispatch-status-all-clients' )
			->numParams( $clients->total )->text() );
		// Always in the same order, however many there are: what changes places is hard to find.
		foreach ( array_reverse( ClientList::SEVERITY ) as $condition ) {
			$count = $clients->conditions[$condition] ?? 0;
			if ( $count > 0 ) {
				$items .= $this->item( $condition, $count, $this->text( "condition-$condition" ) );
			}
		}
		return Html::rawElement(
			'nav',
			[ 'class' => 'wbd-counts', 'aria-label' => $this->text( 'counts' ) ],
			Html::rawElement( 'ul', [], $items )
		);
	}

	private function item( string $condition, int $count, string $words ): string {
		$label = $condition === '' ? htmlspecialchars( $words )
			: $this->localizer->msg( 'wikibasedispatch-status-count-of-condition' )
				->rawParams( Html::element( 'bdi', [], $this->words->number( $count ) ) )
				->plaintextParams( $words )->escaped();
		$isShown = $condition === $this->view->condition && $this->view->client === '';
		return Html::rawElement(
			'li',
			[],
			Html::rawElement(
				'a',
				[ 'href' => ( $this->address )( $this->view->parameters(
					[ 'condition' => $condition, 'client' => '', 'offset' => 0 ]
				) ) . '#wbd-clients', 'data-condition' => $condition ]
					+ ( $isShown ? [ 'aria-current' => 'true' ] : [] ),
				$label
			)
		);
	}

	private function text( string $name ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name" )->text();
	}
}
