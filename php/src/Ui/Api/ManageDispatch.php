<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Api;

use MediaWiki\Api\ApiBase;
use MediaWiki\Api\ApiMain;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Action;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ClientManagement;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Command;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Order;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Outcome;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\SeekPlan;
use MediaWiki\Extension\WikibaseDispatch\Ui\Manage\Hands;
use MediaWiki\Extension\WikibaseDispatch\Ui\Manage\Refusal;
use Wikimedia\ParamValidator\ParamValidator;
use Wikimedia\ParamValidator\TypeDef\IntegerDef;

/**
 * `action=managedispatch`: does to a client what `Special:ManageDispatch` does.
 */
class ManageDispatch extends ApiBase {

	/** Instead of an id: the last change that can be dispatched. */
	private const END = 'end';

	/**
	 * @param ApiMain $main MediaWiki 1.39 knows it by another name only, which a declared type would not ask for
	 * @param string $moduleName
	 * @param WikiSettings $settings
	 * @param ClientManagement $management
	 * @param Hands $hands
	 */
	public function __construct(
		$main,
		string $moduleName,
		private readonly WikiSettings $settings,
		private readonly ClientManagement $management,
		private readonly Hands $hands
	) {
		parent::__construct( $main, $moduleName );
	}

	/**
	 * @inheritDoc
	 */
	public function execute() {
		if ( !$this->settings->isRepo() ) {
			$this->dieWithError( 'apierror-wikibasedispatch-not-a-repo', 'notarepo' );
		}
		$this->checkUserRightsAny( Hands::RIGHT );
		$block = $this->getUser()->getBlock();
		if ( $block !== null && $block->isSitewide() ) {
			$this->dieBlocked( $block );
		}
		$parameters = $this->extractRequestParams();
		$command = $this->command( $parameters );
		$answer = $this->hands->attempt( $command->siteId, fn () => $parameters['dryrun']
			? $this->management->planSeek( $command->siteId, $command->position )
			: $this->management->carryOut( $command, Order::ofUser( $this->getUser(), $parameters['reason'] ) ) );
		if ( $answer instanceof Refusal ) {
			$this->dieWithError( $answer->message(), $answer->apiCode() );
		}
		$this->getResult()->addValue( null, $this->getModuleName(), [
			'client' => $command->siteId,
			'do' => $command->action->value,
		] + ( $answer instanceof SeekPlan ? self::planned( $answer ) : self::done( $answer ) ) );
	}

	private function command( array $parameters ): Command {
		$siteId = $parameters['client'];
		$action = Action::from( $parameters['do'] );
		if ( $parameters['dryrun'] && $action !== Action::Seek ) {
			$this->dieWithError( [ 'apierror-invalidparammix-cannotusewith', 'dryrun', "do=$action->value" ],
				'invalidparammix' );
		}
		return match ( $action ) {
			Action::Disable => Command::disable( $siteId ),
			Action::Enable => Command::enable( $siteId, $parameters['after'] ),
			Action::Seek => Command::seek(
				$siteId, $this->position( $parameters ), $parameters['allowskip'], $parameters['from']
			),
			Action::CatchUp => Command::catchUp( $siteId ),
			Action::RebuildSubscriptions => Command::rebuildSubscriptions( $siteId ),
			Action::TakeUp => Command::takeUp( $siteId, $this->required( $parameters, 'change' ) ),
		};
	}

	/** Null: the last change that can be dispatched. */
	private function position( array $parameters ): ?int {
		$to = $this->required( $parameters, 'to' );
		if ( $to !== self::END && !preg_match( '/^\d{1,10}$/', $to ) ) {
			$this->dieWithError( [ 'apierror-wikibasedispatch-bad-position', wfEscapeWikiText( $to ) ], 'badposition' );
		}
		return $to === self::END ? null : (int)$to;
	}

	private function required( array $parameters, string $name ): mixed {
		return $parameters[$name] ?? $this->dieWithError( [ 'apierror-missingparam', $name ], "no$name" );
	}

	private static function planned( SeekPlan $plan ): array {
		return [
			'dryrun' => true,
			'from' => $plan->from,
			'to' => $plan->to,
			'changes' => $plan->changes,
			'relevant' => $plan->relevant,
			'skips' => $plan->skips(),
		];
	}

	private static function done( Outcome $outcome ): array {
		return [
			'done' => $outcome->isDone,
			'before' => $outcome->before + [ '_type' => 'assoc' ],
			'after' => $outcome->after + [ '_type' => 'assoc' ],
		];
	}

	/**
	 * @inheritDoc
	 */
	public function isWriteMode() {
		return true;
	}

	/**
	 * @inheritDoc
	 */
	public function mustBePosted() {
		return true;
	}

	/**
	 * @inheritDoc
	 */
	public function needsToken() {
		return 'csrf';
	}

	/**
	 * @inheritDoc
	 */
	public function getAllowedParams() {
		$changeId = [ ParamValidator::PARAM_TYPE => 'integer', IntegerDef::PARAM_MIN => 0 ];
		return [
			'client' => [ ParamValidator::PARAM_REQUIRED => true ],
			'do' => [
				ParamValidator::PARAM_REQUIRED => true,
				ParamValidator::PARAM_TYPE => array_column( Action::cases(), 'value' ),
				ApiBase::PARAM_HELP_MSG_PER_VALUE => [],
			],
			'reason' => [ ParamValidator::PARAM_DEFAULT => '' ],
			'after' => $changeId,
			'to' => null,
			'from' => $changeId,
			'allowskip' => false,
			'change' => $changeId,
			'dryrun' => false,
		];
	}

	/**
	 * @inheritDoc
	 */
	protected function getExamplesMessages() {
		return [
			'action=managedispatch&client=enwiki&do=disable&reason=Closed&token=123ABC'
				=> 'apihelp-managedispatch-example-1',
			'action=managedispatch&client=enwiki&do=seek&to=15000&dryrun=1&token=123ABC'
				=> 'apihelp-managedispatch-example-2',
			'action=managedispatch&client=enwiki&do=takeup&change=15021&token=123ABC'
				=> 'apihelp-managedispatch-example-3',
		];
	}
}
