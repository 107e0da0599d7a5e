<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\VersionNote;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\History\RecentHistory;
use MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus;
use MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\Markup;
use MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\WayIn;
use MediaWiki\Html\Html;
use MediaWiki\SpecialPage\SpecialPage;

/**
 * `Special:DispatchStatus`: is dispatching healthy, who lags, since when, why, and what is to be done? For everybody to
 * read, as lag always was. It is made on the server, whole; a script only spares a reader the reload.
 */
class SpecialDispatchStatus extends SpecialPage {

	/** The parameter by which the script asks for the content alone. */
	private const LIVE = 'live';

	public function __construct(
		private readonly WikiSettings $settings,
		private readonly RecentStatus $status,
		private readonly RecentHistory $history,
		private readonly WayIn $wayIn
	) {
		parent::__construct( 'DispatchStatus' );
	}

	/**
	 * @inheritDoc
	 */
	public function execute( $subPage ) {
		$this->setHeaders();
		$this->outputHeader();
		$output = $this->getOutput();
		$design = new Design( $output->getResourceLoader()->isModuleRegistered( Design::CODEX ) );
		$output->addModuleStyles( [
			...$design->styles(), 'ext.wikibaseDispatch.status.styles', 'ext.wikibaseDispatch.client.styles',
		] );
		if ( !$this->settings->isRepo() ) {
			$output->addHTML( $this->notice( 'wikibasedispatch-status-client-only' ) );
			return;
		}
		$status = $this->status->get();
		if ( $status === null ) {
			$why = $this->status->whyUnknown();
			// Messages: wikibasedispatch-status-unreadable, wikibasedispatch-status-no-module,
			// wikibasedispatch-status-other-module, wikibasedispatch-status-unsupported-database
			$output->addHTML( $this->notice( 'wikibasedispatch-status-' . array_shift( $why ), ...$why ) );
			return;
		}
		// The script asks for no more than this.
		$output->setArticleBodyOnly( $this->getRequest()->getCheck( self::LIVE ) );
		$output->addModules( 'ext.wikibaseDispatch.status' );
		$other = $this->wayIn->html( $this, (string)$subPage, $status, $design );
		$output->addHTML(
			Html::rawElement( 'div', [ 'class' => 'wbd-status' ], $other ?? $this->content( $status, $design ) )
		);
	}

	/** On a client there is nothing to see. */
	public function isListed() {
		return $this->settings->isRepo();
	}

	private function content( FarmStatus $status, Design $design ): string {
		$view = View::fromRequest( $this->getRequest()->getQueryValues() );
		$words = new Words( $this->getContext(), $this->getLanguage(), $this->getUser() );
		$address = fn ( array $parameters ): string => $this->getPageTitle()->getLocalURL( $parameters );
		$table = new ClientTable(
			$this->getContext(),
			$words,
			$design,
			$view,
			$status->takenAt(),
			$this->getConfig()->get( 'Script' ),
			[ 'title' => $this->getPageTitle()->getPrefixedDBkey() ],
			$address
		);
		$clients = ClientList::of( $status->clients(), $view );
		$facts = new Facts( $this->getContext(), $words );
		$sentences = new SentenceHtml( $this->getContext(), $words );
		$bar = ( new Counts( $this->getContext(), $words, $view, $address ) )->html( $clients )
			. ( new HelpLinks( $this->getContext(), $this->settings ) )->html()
			. ( new Renewal( $this->getContext(), $words, $design ) )
				->html( $status->takenAt(), $address( $view->parameters() ) );
		return ( new Headline( $this->getContext(), $sentences, $design ) )->html( $status )
			. Html::rawElement( 'div', [ 'class' => 'wbd-bar' ], $bar )
			. ( new Troubles( $this->getContext(), $words, $design, $view, $address ) )->html( $status->clients() )
			. $facts->html( $status )
			. ( new StatusPlots( $this->getContext(), $words, $view, $address ) )
				->html( $this->history->ofHours( $view->hours ), $status )
			. ( new Notices( $sentences ) )->html( $status )
			. $this->wayIn->form(
				new Markup( $this->getContext(), $words, $design, $status->takenAt() ),
				$this->getConfig()->get( 'Script' )
			)
			. $table->html( $clients )
			. $facts->ids( $status )
			. $this->versions( $sentences );
	}

	private function versions( SentenceHtml $sentences ): string {
		return Html::rawElement( 'p', [ 'class' => 'wbd-versions' ], implode(
			$this->msg( 'word-separator' )->escaped(),
			array_map( $sentences->html( ... ), VersionNote::of( FoundVersions::here() ) )
		) );
	}

	private function notice( string $message, string ...$parameters ): string {
		return Design::box( 'notice', $this->msg( $message, ...$parameters )->parse() );
	}

	/**
	 * @inheritDoc
	 */
	protected function getGroupName() {
		return 'wiki';
	}
}
