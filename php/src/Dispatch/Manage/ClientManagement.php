<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUpObserver;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CaughtUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientCatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientRebuild;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSeek;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSwitch;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OurClients;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\SeekPlan;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\SetAsideChanges;
use Throwable;
use WikibaseDispatch\ClientClaimedException;
use WikibaseDispatch\DispatchState;
use WikibaseDispatch\Job;

/**
 * The only place that acts on clients for people, by page, API or script, so that every action is recorded with who did
 * it and why. Callers check permissions first.
 */
class ClientManagement {

	/**
	 * @param OurClients $clients
	 * @param ClientSwitch $switch
	 * @param ClientSeek $seek
	 * @param ClientCatchUp $catchUp
	 * @param CatchUp $catchUpHere
	 * @param ClientRebuild $rebuild
	 * @param SetAsideChanges $setAside
	 * @param ActionLog $log
	 * @param Interpreter $interpreter
	 * @param Closure():(string|null) $whyReadOnly null: the wiki can be written to
	 */
	public function __construct(
		private readonly OurClients $clients,
		private readonly ClientSwitch $switch,
		private readonly ClientSeek $seek,
		private readonly ClientCatchUp $catchUp,
		private readonly CatchUp $catchUpHere,
		private readonly ClientRebuild $rebuild,
		private readonly SetAsideChanges $setAside,
		private readonly ActionLog $log,
		private readonly Interpreter $interpreter,
		private readonly Closure $whyReadOnly
	) {
	}

	/**
	 * Where a client is.
	 *
	 * @throws RefusedException
	 */
	public function state( string $siteId ): DispatchState {
		return $this->clients->state( $siteId );
	}

	/**
	 * Changes that were set aside for a client.
	 *
	 * @return list<array{client:string,id:int,entity:string,time:int}>
	 */
	public function setAside( string $siteId ): array {
		return $this->setAside->of( $siteId );
	}

	/**
	 * What it would mean to set a client back or forward. Changes nothing.
	 *
	 * @throws RefusedException
	 */
	public function planSeek( string $siteId, ?int $to ): SeekPlan {
		return $this->seek->plan( $siteId, $to );
	}

	/**
	 * @throws RefusedException
	 * @throws Throwable whatever kept it from being done
	 */
	public function carryOut( Command $command, Order $order ): Outcome {
		$this->refuseIfReadOnly();
		try {
			$outcome = match ( $command->action ) {
				Action::Disable => $this->disable( $command ),
				Action::Enable => $this->enable( $command ),
				Action::Seek => $this->seek( $command ),
				Action::CatchUp => $this->catchUp( $command ),
				Action::RebuildSubscriptions => $this->rebuildSubscriptions( $command ),
				Action::TakeUp => $this->takeUp( $command ),
			};
		} catch ( ClientClaimedException $e ) {
			throw RefusedException::claimed( $command->siteId, $e );
		}
		if ( $outcome->isDone ) {
			$this->log->record( $outcome, $order );
			$this->followUp( $outcome );
		}
		return $outcome;
	}

	/**
	 * Runs passes here and now, until each client has seen what could be dispatched at the beginning. Not for requests.
	 *
	 * @param list<string> $clients site ids; none: all
	 * @param CatchUpObserver $observer
	 * @param Closure():bool $isStopped
	 * @param Order $order
	 * @throws RefusedException
	 */
	public function catchUpHere(
		array $clients, CatchUpObserver $observer, Closure $isStopped, Order $order
	): CaughtUp {
		$this->refuseIfReadOnly();
		$before = $this->clients->positions( $clients );
		$caughtUp = $this->catchUpHere->run( $clients, $observer, $isStopped );
		// A cron job that finds nothing to do is not recorded.
		if ( $caughtUp->passes > 0 ) {
			$this->log->recordCatchUp( $clients, $caughtUp, $before, $this->clients->positions( $clients ), $order );
		}
		return $caughtUp;
	}

	/**
	 * Comes after the record: if it fails, the action was still done, and the log says so.
	 */
	private function followUp( Outcome $outcome ): void {
		$this->interpreter->run( Job::followUp(
			$outcome->action->value,
			$outcome->siteId,
			(int)( $outcome->before['seen'] ?? 0 ),
			(int)( $outcome->after['seen'] ?? 0 )
		) );
	}

	private function refuseIfReadOnly(): void {
		$why = ( $this->whyReadOnly )();
		if ( $why !== null ) {
			throw RefusedException::readOnly( $why );
		}
	}

	private function disable( Command $command ): Outcome {
		// One that is no longer configured can be disabled, too.
		$before = $this->clients->find( $command->siteId )?->seen();
		$isDone = $this->switch->disable( $command->siteId );
		return new Outcome(
			Action::Disable,
			$command->siteId,
			$isDone,
			[ 'disabled' => !$isDone, 'seen' => $before ],
			[ 'disabled' => true, 'seen' => $before ]
		);
	}

	private function enable( Command $command ): Outcome {
		$before = $this->clients->find( $command->siteId )?->seen();
		$after = $this->switch->enable( $command->siteId, $command->position );
		return new Outcome(
			Action::Enable,
			$command->siteId,
			true,
			[ 'disabled' => true, 'seen' => $before ],
			[ 'disabled' => false, 'seen' => $after ]
		);
	}

	private function seek( Command $command ): Outcome {
		$plan = $this->seek->plan( $command->siteId, $command->position );
		if ( $command->from !== null && $command->from !== $plan->from ) {
			throw RefusedException::movedMeanwhile( $plan->siteId, $command->from );
		}
		$isDone = $plan->from !== $plan->to;
		if ( $isDone ) {
			$this->seek->carryOut( $plan, $command->maySkip );
		}
		return new Outcome( Action::Seek, $plan->siteId, $isDone, [ 'seen' => $plan->from ], [ 'seen' => $plan->to ] );
	}

	private function catchUp( Command $command ): Outcome {
		$state = $this->clients->state( $command->siteId );
		$this->catchUp->ask( $command->siteId );
		return new Outcome( Action::CatchUp, $command->siteId, true, [
			'seen' => $state->seen(), 'failures' => $state->failures(),
		] );
	}

	private function rebuildSubscriptions( Command $command ): Outcome {
		[ $before, $after ] = $this->rebuild->ask( $command->siteId );
		return Outcome::ofRebuild( $command->siteId, $before, $after );
	}

	private function takeUp( Command $command ): Outcome {
		$changeId = (int)$command->changeId;
		$this->clients->state( $command->siteId );
		$entity = $this->setAside->takeUp( $command->siteId, $changeId );
		return new Outcome( Action::TakeUp, $command->siteId, true, [ 'change' => $changeId, 'entity' => $entity ] );
	}
}
