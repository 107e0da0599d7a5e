<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Manage;

use MediaWiki\Exception\UserBlockedError;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Action;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ActionLog;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ClientManagement;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Command;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Order;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Outcome;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\SeekPlan;
use MediaWiki\Html\Html;
use MediaWiki\HTMLForm\HTMLForm;
use MediaWiki\Logging\LogEventsList;
use MediaWiki\SpecialPage\SpecialPage;
use MediaWiki\Status\Status;
use WikibaseDispatch\DispatchState;

/**
 * `Special:ManageDispatch/SITEID`: what can be done to a client, by those who have the right. Each action has a form of
 * its own, which says what it means; only a posted form with a token does anything.
 */
class SpecialManageDispatch extends SpecialPage {

	private const NAME = 'ManageDispatch';

	/** Instead of an id: the last change that can be dispatched. */
	private const END = 'end';

	private readonly ActionForms $forms;

	public function __construct(
		private readonly WikiSettings $settings,
		private readonly ClientManagement $management,
		private readonly Hands $hands
	) {
		parent::__construct( self::NAME, Hands::RIGHT );
		$this->forms = new ActionForms( $management );
	}

	/**
	 * @inheritDoc
	 */
	public function execute( $subPage ) {
		$this->setHeaders();
		$this->checkPermissions();
		$this->checkReadOnly();
		$block = $this->getUser()->getBlock();
		if ( $block !== null && $block->isSitewide() ) {
			throw new UserBlockedError( $block );
		}
		$this->outputHeader();
		if ( !$this->settings->isRepo() ) {
			$this->fail( 'apierror-wikibasedispatch-not-a-repo' );
			return;
		}
		$siteId = trim( (string)( $subPage ?? $this->getRequest()->getText( 'client' ) ) );
		if ( $siteId === '' ) {
			$this->askForClient();
			return;
		}
		$client = $this->hands->attempt( $siteId, fn () => $this->management->state( $siteId ) );
		if ( $client instanceof Refusal ) {
			$this->fail( ...$client->message() );
			$this->askForClient();
			return;
		}
		$this->getOutput()->setPageTitle( $this->msg( 'wikibasedispatch-manage-title', $siteId )->escaped() );
		$this->getOutput()->addBacklinkSubtitle( ActionLog::target( $siteId ) );
		$action = Action::tryFrom( $this->getRequest()->getRawVal( 'do' ) ?? '' );
		$refusal = $this->hands->attempt( $siteId, fn () => $action === null
			? $this->showActions( $client ) : $this->showForm( $action, $client ) );
		if ( $refusal instanceof Refusal ) {
			$this->fail( ...$refusal->message() );
		}
		$this->showLog( $siteId );
	}

	/**
	 * @inheritDoc
	 */
	public function doesWrites() {
		return true;
	}

	/** On a client there is nothing to do. To those who lack the right it is not listed anyway. */
	public function isListed() {
		return $this->settings->isRepo();
	}

	/**
	 * @inheritDoc
	 */
	protected function getGroupName() {
		return 'wiki';
	}

	private function askForClient(): void {
		HTMLForm::factory( 'ooui', [ 'client' => [
			'type' => 'text',
			'name' => 'client',
			'required' => true,
			'label-message' => 'wikibasedispatch-manage-client',
			'help-message' => 'wikibasedispatch-manage-client-help',
		] ], $this->getContext() )
			->setMethod( 'get' )
			->setAction( $this->getConfig()->get( 'Script' ) )
			->setTitle( $this->getPageTitle() )
			->setSubmitTextMsg( 'wikibasedispatch-manage-choose' )
			->prepareForm()
			->displayForm( false );
	}

	private function showActions( DispatchState $client ): void {
		$items = '';
		foreach ( $this->forms->possible( $client ) as $action ) {
			// Messages: wikibasedispatch-manage-disable, wikibasedispatch-manage-enable, wikibasedispatch-manage-seek,
			// wikibasedispatch-manage-catchup, wikibasedispatch-manage-rebuildsubscriptions,
			// wikibasedispatch-manage-takeup
			$link = $this->getLinkRenderer()->makeKnownLink(
				$this->getPageTitle( $client->siteId() ),
				$this->msg( "wikibasedispatch-manage-$action->value" )->text(),
				[],
				[ 'do' => $action->value ]
			);
			$items .= Html::rawElement( 'dt', [], $link )
				. Html::rawElement( 'dd', [], $this->meaning( $action, $client ) );
		}
		$this->getOutput()->addHTML( $this->place( $client ) . Html::rawElement( 'dl', [], $items ) );
	}

	private function showForm( Action $action, DispatchState $client ): void {
		if ( $action === Action::TakeUp && !$this->forms->canTakeUp( $client ) ) {
			$this->showActions( $client );
			return;
		}
		$plan = null;
		if ( $action === Action::Seek ) {
			$plan = $this->plan( $client );
			if ( $plan === null || $plan->from === $plan->to ) {
				$this->askForPosition( $client, $plan );
				return;
			}
		}
		$form = HTMLForm::factory( 'ooui', $this->forms->fields( $action, $client, $plan ), $this->getContext() );
		$form
			->setTitle( $this->getPageTitle( $client->siteId() ) )
			->addHiddenField( 'do', $action->value )
			->setWrapperLegendMsg( "wikibasedispatch-manage-$action->value" )
			->setSubmitTextMsg( "wikibasedispatch-manage-$action->value-submit" )
			->showCancel()
			->setCancelTarget( $this->getPageTitle( $client->siteId() ) )
			->setSubmitCallback( fn ( array $data ) => $this->carryOut( $this->forms->command(
				$action, $client->siteId(), $data, $plan, $this->getRequest()->getInt( 'from', $plan?->from ?? 0 )
			), $data['reason'] ) );
		if ( $plan !== null ) {
			// No fields: those are shown again as they were posted, and what is confirmed next is what is shown now.
			$form->addHiddenField( 'from', (string)$plan->from )->addHiddenField( 'to', (string)$plan->to );
		}
		if ( $action === Action::Disable || $plan?->skips() ) {
			$form->setSubmitDestructive();
		}
		$form->setPreHtml( Html::rawElement( 'p', [], $plan === null
			? $this->meaning( $action, $client ) : $this->sentence( $plan ) ) );
		$form->show();
	}

	/** Null: nobody has said yet where the client is to be set. */
	private function plan( DispatchState $client ): ?SeekPlan {
		$to = trim( $this->getRequest()->getText( 'to' ) );
		if ( $to === self::END ) {
			return $this->management->planSeek( $client->siteId(), null );
		}
		return preg_match( '/^\d{1,10}$/', $to ) ? $this->management->planSeek( $client->siteId(), (int)$to ) : null;
	}

	private function askForPosition( DispatchState $client, ?SeekPlan $plan ): void {
		$form = HTMLForm::factory( 'ooui', [ 'to' => [
			'type' => 'text',
			'name' => 'to',
			'required' => true,
			'label-message' => 'wikibasedispatch-manage-to',
			'help-message' => 'wikibasedispatch-manage-to-help',
		] ], $this->getContext() );
		$form
			->setMethod( 'get' )
			->setAction( $this->getConfig()->get( 'Script' ) )
			->setTitle( $this->getPageTitle( $client->siteId() ) )
			->addHiddenField( 'do', Action::Seek->value )
			->setWrapperLegendMsg( 'wikibasedispatch-manage-seek' )
			->setSubmitTextMsg( 'wikibasedispatch-manage-show' );
		$form->setPreHtml( $this->place( $client ) . Html::rawElement( 'p', [], $plan === null
			? $this->meaning( Action::Seek, $client ) : $this->sentence( $plan ) ) );
		$form->prepareForm()->displayForm( false );
	}

	private function carryOut( Command $command, string $reason ): Status {
		$order = Order::ofUser( $this->getUser(), $reason );
		$outcome = $this->hands->attempt( $command->siteId, fn () => $this->management->carryOut( $command, $order ) );
		if ( $outcome instanceof Refusal ) {
			return Status::newFatal( ...$outcome->message() );
		}
		$this->showDone( $outcome );
		return Status::newGood();
	}

	private function showDone( Outcome $outcome ): void {
		$page = $this->getPageTitle( $outcome->siteId );
		$done = $outcome->isDone ? 'done' : 'already';
		$this->getOutput()->addHTML(
			// Messages: wikibasedispatch-manage-done, wikibasedispatch-manage-already
			Html::successBox( $this->msg( "wikibasedispatch-manage-$done", $outcome->siteId )->parse() )
			. Html::rawElement( 'p', [], $this->getLinkRenderer()->makeKnownLink(
				$page, $this->msg( 'wikibasedispatch-manage-back', $outcome->siteId )->text()
			) )
		);
	}

	private function showLog( string $siteId ): void {
		$output = $this->getOutput();
		$output->addHTML( Html::element( 'h2', [], $this->msg( 'wikibasedispatch-manage-log' )->text() ) );
		LogEventsList::showLogExtract(
			$output,
			ActionLog::TYPE,
			ActionLog::target( $siteId ),
			'',
			[ 'lim' => 10, 'useMaster' => true ]
		);
	}

	/** Where the client is. */
	private function place( DispatchState $client ): string {
		$state = $client->isDisabled() ? 'disabled' : 'enabled';
		// Messages: wikibasedispatch-manage-is-disabled, wikibasedispatch-manage-is-enabled
		$text = $this->msg( "wikibasedispatch-manage-is-$state" )
			->params( wfEscapeWikiText( $client->siteId() ), $client->seen() )
			->numParams( $client->pending(), $client->failures() );
		return Html::rawElement( 'p', [], $text->parse() );
	}

	private function meaning( Action $action, DispatchState $client ): string {
		// Messages: wikibasedispatch-manage-disable-meaning, wikibasedispatch-manage-enable-meaning,
		// wikibasedispatch-manage-seek-meaning, wikibasedispatch-manage-catchup-meaning,
		// wikibasedispatch-manage-rebuildsubscriptions-meaning, wikibasedispatch-manage-takeup-meaning
		return $this->msg( "wikibasedispatch-manage-$action->value-meaning" )
			->params( wfEscapeWikiText( $client->siteId() ) )
			->parse();
	}

	/** What a seek would mean. */
	private function sentence( SeekPlan $plan ): string {
		$kind = match ( true ) {
			$plan->from === $plan->to => 'same',
			$plan->repeats() => 'back',
			default => 'forward',
		};
		// Messages: wikibasedispatch-manage-plan-same, wikibasedispatch-manage-plan-back,
		// wikibasedispatch-manage-plan-forward
		return $this->msg( "wikibasedispatch-manage-plan-$kind" )
			->params( wfEscapeWikiText( $plan->siteId ), $plan->from, $plan->to )
			->numParams( $plan->relevant, $plan->changes )
			->parse();
	}

	private function fail( string $message, string|int ...$parameters ): void {
		$this->getOutput()->addHTML( Html::errorBox( $this->msg( $message, ...$parameters )->parse() ) );
	}
}
