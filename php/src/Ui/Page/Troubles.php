<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ClientLink;
use MediaWiki\Html\Html;
use MessageLocalizer;

/**
 * The few clients that are worst off, in sight before anything has to be sorted or scrolled. Nothing if all are well.
 */
final class Troubles {

	/** More are in the table. */
	private const MOST = 4;

	/** Of an error, as much as has room in a line. */
	private const ERROR_LENGTH = 60;

	/**
	 * @param MessageLocalizer $localizer
	 * @param Words $words
	 * @param Design $design
	 * @param View $view
	 * @param Closure(array<string,string|int>):string $address of the page with other parameters
	 */
	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly Words $words,
		private readonly Design $design,
		private readonly View $view,
		private readonly Closure $address
	) {
	}

	/**
	 * @param list<ClientStatus> $clients all there are
	 */
	public function html( array $clients ): string {
		$troubled = ClientList::troubled( $clients );
		if ( $troubled === [] ) {
			return '';
		}
		$items = implode( '', array_map( $this->item( ... ), array_slice( $troubled, 0, self::MOST ) ) );
		if ( count( $troubled ) > self::MOST ) {
			$more = $this->localizer->msg( 'wikibasedispatch-status-more-in-trouble' )
				->numParams( count( $troubled ) - self::MOST )->text();
			$address = ( $this->address )( $this->view->parameters(
				[ 'sort' => 'condition', 'desc' => false, 'client' => '', 'condition' => '', 'offset' => 0 ]
			) );
			$items .= Html::rawElement( 'li', [], Html::element( 'a', [ 'href' => "$address#wbd-clients" ], $more ) );
		}
		return Html::rawElement(
			'section',
			[ 'class' => 'wbd-troubles', 'aria-label' => $this->text( 'troubles' ) ],
			Html::rawElement( 'ul', [], $items )
		);
	}

	private function item( ClientStatus $client ): string {
		$siteId = $client->siteId();
		$behind = $client->lagSeconds() === 0 ? '' : $this->localizer->msg( 'wikibasedispatch-status-behind' )
			->rawParams( Html::element( 'bdi', [], $this->words->duration( $client->lagSeconds() ) ) )->escaped();
		$error = $client->lastError();
		return Html::rawElement(
			'li',
			[ 'data-key' => $siteId ],
			ClientLink::html( $siteId )
			. ' ' . ClientTable::conditionHtml( $client, $this->design, $this->localizer )
			. ' ' . Html::rawElement( 'span', [], $behind )
			. ( $error === null ? '' : ' ' . Html::element(
				'bdi', [ 'class' => 'wbd-quiet' ], Words::shortened( $error, self::ERROR_LENGTH )
			) )
		);
	}

	private function text( string $name ): string {
		return $this->localizer->msg( "wikibasedispatch-status-$name" )->text();
	}
}
