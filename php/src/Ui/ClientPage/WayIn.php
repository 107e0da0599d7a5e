<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutReport;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\History\RecentHistory;
use MediaWiki\Extension\WikibaseDispatch\Status\Report\ClientReports;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\Renewal;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\View;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\Design;
use MediaWiki\Extension\WikibaseDispatch\Ui\Page\Words;
use MediaWiki\Html\Html;
use MediaWiki\SpecialPage\SpecialPage;
use Psr\Log\LoggerInterface;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;

/**
 * What `Special:DispatchStatus` shows beside the status of all clients: one client, what was found of a change or an
 * entity, or the rollout. All readers of the status may see it: none of it was written by an editor.
 */
class WayIn {

	/** Value of the parameter `view`. */
	public const ROLLOUT = 'rollout';

	private const NOT_FOUND = 404;

	public function __construct(
		private readonly ClientReports $reports,
		private readonly ChangeExplainer $explainer,
		private readonly RolloutReport $rollout,
		private readonly RecentHistory $history,
		private readonly ManageLink $manageLink,
		private readonly ILBFactory $loadBalancers,
		private readonly LoggerInterface $logger
	) {
	}

	/** To be shown on the page of all clients. */
	public function form( Markup $markup, string $script ): string {
		return Html::element( 'h2', [], $markup->text( 'search-title' ) )
			. ( new SearchForm( $markup, $script ) )->html( '', '' )
			. ( new Ways( $markup ) )->html( ( new Ways( $markup ) )->rollout() );
	}

	/**
	 * @param SpecialPage $page
	 * @param string $siteId that the address ends with, '' if it names none
	 * @param FarmStatus $status
	 * @param Design $design
	 * @return string|null HTML; null if none of this is asked for
	 */
	public function html( SpecialPage $page, string $siteId, FarmStatus $status, Design $design ): ?string {
		$request = $page->getRequest();
		$words = new Words( $page->getContext(), $page->getLanguage(), $page->getUser() );
		$markup = new Markup( $page->getContext(), $words, $design, $status->takenAt() );
		$searched = SearchForm::searched( $request->getQueryValues() );
		try {
			return $this->asked( $page, $markup, $siteId, $searched, $status );
		} catch ( Throwable $e ) {
			Event::StatusUnknown->write( $this->logger, [], $e );
			// A statement that failed is in the way of what MediaWiki still has to do.
			$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
			return Design::box( 'notice', $markup->parsed( 'status-unreadable' ) );
		}
	}

	private function asked(
		SpecialPage $page, Markup $markup, string $siteId, string $searched, FarmStatus $status
	): ?string {
		$request = $page->getRequest();
		return match ( true ) {
			$siteId !== '' => $this->client( $page, $markup, $siteId, $searched, $status ),
			$searched !== '' => $this->found( $page, $markup, $searched, $status ),
			$request->getRawVal( 'view' ) === self::ROLLOUT =>
				$this->rollout( $page, $markup, $request->getInt( 'offset' ) ),
			default => null,
		};
	}

	private function client(
		SpecialPage $page, Markup $markup, string $siteId, string $searched, FarmStatus $status
	): string {
		$ways = new Ways( $markup );
		$client = $status->client( $siteId );
		if ( $client === null ) {
			$page->getOutput()->setStatusCode( self::NOT_FOUND );
			return Design::box( 'notice', $markup->parsed( 'client-unknown', $siteId ) ) . $ways->html( $ways->back() );
		}
		$page->getOutput()->setPageTitle( $markup->message( 'client-title' )
			->plaintextParams( $siteId )->escaped() );
		$report = $this->reports->of( $client, $status );
		$view = View::fromRequest( $page->getRequest()->getQueryValues() );
		$content = new ClientPage( $markup, new ClientPlots( $markup, $view->hours ) );
		return $ways->html( $ways->back() + $ways->rollout() + $this->manage( $page, $markup, $siteId ) )
			. $this->renewal( $page, $markup, $siteId, $view )
			. $content->state( $report, $status )
			. $this->search( $page, $markup, $siteId, $searched, $status )
			. $content->details( $report, $this->history->ofHours( $view->hours ), $status );
	}

	private function renewal( SpecialPage $page, Markup $markup, string $siteId, View $view ): string {
		$renewal = new Renewal( $page->getContext(), $markup->words, $markup->design );
		$address = $page->getPageTitle( $siteId )->getLocalURL( $view->parameters() );
		return Html::rawElement( 'div', [ 'class' => 'wbd-bar' ], $renewal->html( $markup->now, $address ) );
	}

	private function found( SpecialPage $page, Markup $markup, string $searched, FarmStatus $status ): string {
		$ways = new Ways( $markup );
		return $ways->html( $ways->back() + $ways->rollout() )
			. $this->search( $page, $markup, '', $searched, $status );
	}

	private function search(
		SpecialPage $page, Markup $markup, string $siteId, string $searched, FarmStatus $status
	): string {
		$form = new SearchForm( $markup, $page->getConfig()->get( 'Script' ) );
		// Of a client that cannot be served nothing can be said about a change.
		$isServable = $siteId === '' || $status->client( $siteId )?->condition() !== 'refused';
		return $markup->section( 'search', $markup->text( 'search-title' ), $form->html( $siteId, $searched ) )
			. ( $searched === '' || !$isServable
				? '' : ( new SearchAnswer( $markup, $this->explainer, $status ) )->html( $searched, $siteId ) );
	}

	private function rollout( SpecialPage $page, Markup $markup, int $offset ): string {
		$page->getOutput()->setPageTitle( $markup->message( 'rollout-title' )->escaped() );
		$ways = new Ways( $markup );
		return $ways->html( $ways->back() ) . ( new RolloutView( $markup, $this->rollout ) )->html( $offset );
	}

	/**
	 * @return array<string,string> text => address; none where the reader could not do anything there
	 */
	private function manage( SpecialPage $page, Markup $markup, string $siteId ): array {
		return $this->manageLink->isFor( $page->getAuthority() )
			? [ $markup->text( 'client-manage', $siteId ) => $this->manageLink->address( $siteId ) ] : [];
	}
}
