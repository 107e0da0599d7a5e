<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Manage;

use LogicException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Action;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ClientManagement;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Command;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\SeekPlan;
use MediaWiki\Message\Message;
use WikibaseDispatch\DispatchState;

/**
 * What somebody fills in before something is done to a client, and what that means.
 */
class ActionForms {

	public function __construct( private readonly ClientManagement $management ) {
	}

	/**
	 * What can be done to a client as it is.
	 *
	 * @return list<Action>
	 */
	public function possible( DispatchState $client ): array {
		if ( $client->isDisabled() ) {
			return [ Action::Enable, Action::RebuildSubscriptions ];
		}
		$actions = [ Action::Disable, Action::Seek, Action::CatchUp, Action::RebuildSubscriptions ];
		return $this->canTakeUp( $client ) ? [ ...$actions, Action::TakeUp ] : $actions;
	}

	/** Whether anything is set aside. */
	public function canTakeUp( DispatchState $client ): bool {
		return $this->management->setAside( $client->siteId() ) !== [];
	}

	/**
	 * Fields of the form for an action, in HTMLForm's words.
	 *
	 * @param Action $action
	 * @param DispatchState $client
	 * @param SeekPlan|null $plan what a seek would mean
	 * @return array<string,array<string,mixed>>
	 */
	public function fields( Action $action, DispatchState $client, ?SeekPlan $plan ): array {
		$own = match ( $action ) {
			Action::Enable => [ 'after' => [
				'type' => 'int',
				'min' => 0,
				'label-message' => 'wikibasedispatch-manage-after',
				'help-message' => [ 'wikibasedispatch-manage-after-help', $client->seen() ],
			] ],
			Action::Seek => $plan?->skips() ? self::skipField( $plan ) : [],
			Action::TakeUp => [ 'change' => [
				'type' => 'radio',
				'required' => true,
				'label-message' => 'wikibasedispatch-manage-change',
				'options' => $this->setAside( $client->siteId() ),
			] ],
			default => [],
		};
		return $own + [ 'reason' => [
			'type' => 'text',
			'maxlength' => 500,
			'label-message' => 'wikibasedispatch-manage-reason',
			'help-message' => 'wikibasedispatch-manage-reason-help',
		] ];
	}

	/**
	 * @param Action $action
	 * @param string $siteId
	 * @param array<string,mixed> $data what was filled in
	 * @param SeekPlan|null $plan what a seek means now
	 * @param int $from where the client was when somebody confirmed a seek
	 */
	public function command( Action $action, string $siteId, array $data, ?SeekPlan $plan, int $from ): Command {
		$after = (string)( $data['after'] ?? '' );
		return match ( $action ) {
			Action::Disable => Command::disable( $siteId ),
			Action::Enable => Command::enable( $siteId, $after === '' ? null : (int)$after ),
			Action::Seek => Command::seek(
				$siteId,
				$plan->to ?? throw new LogicException( 'nobody has said where to' ),
				(bool)( $data['skip'] ?? false ),
				$from
			),
			Action::CatchUp => Command::catchUp( $siteId ),
			Action::RebuildSubscriptions => Command::rebuildSubscriptions( $siteId ),
			Action::TakeUp => Command::takeUp( $siteId, (int)$data['change'] ),
		};
	}

	private static function skipField( SeekPlan $plan ): array {
		return [ 'skip' => [
			'type' => 'check',
			'label-message' => [
				'wikibasedispatch-manage-skip', wfEscapeWikiText( $plan->siteId ), Message::numParam( $plan->relevant ),
			],
		] ];
	}

	/**
	 * @return array<string,int> HTML => id of a change
	 */
	private function setAside( string $siteId ): array {
		$options = [];
		foreach ( $this->management->setAside( $siteId ) as $aside ) {
			$options[htmlspecialchars( "{$aside['id']} ({$aside['entity']})" )] = $aside['id'];
		}
		return $options;
	}
}
