<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\HiddenUsers;
use RuntimeException;
use Throwable;
use WikibaseDispatch\Job;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Does what native code decides: pushes, makes durable, waits. Each job is asked what is to be done next, and told what
 * came of it; what it tells meanwhile is passed on.
 *
 * Native code writes through a connection of its own, which would wait for a transaction of ours. It asks for a commit
 * before it writes; whatever fails is rolled back.
 */
class Interpreter {

	/**
	 * @param JobQueues $queues
	 * @param ILBFactory $loadBalancers
	 * @param Events $events
	 * @param Closure(list<string>):void $remind has Wikibase's own job run again for entities
	 * @param Closure():void $announce says that changes were written, once the transaction has ended
	 * @param Closure():void $lookOut looks for changes that wait, when the answer of this request has been sent
	 * @param Closure(non-negative-int):mixed $sleep takes seconds
	 */
	public function __construct(
		private readonly JobQueues $queues,
		private readonly ILBFactory $loadBalancers,
		private readonly Events $events,
		private readonly Closure $remind,
		private readonly Closure $announce,
		private readonly Closure $lookOut,
		private readonly Closure $sleep
	) {
	}

	/** One that does the same, and tells somebody more of it. */
	public function alsoTelling( EventListener $listener ): self {
		return new self(
			$this->queues, $this->loadBalancers, $this->events->with( $listener ), $this->remind, $this->announce,
			$this->lookOut, $this->sleep
		);
	}

	/**
	 * Runs a job that has the process to itself.
	 *
	 * @param Job $job
	 * @param Closure():bool|null $isStopped whether the job is to end soon
	 * @throws Throwable why the job failed
	 */
	public function run( Job $job, ?Closure $isStopped = null ): void {
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$hasFailed = true;
		try {
			$this->interpret( $job, $isStopped, fn () => $this->loadBalancers->rollbackPrimaryChanges( __METHOD__ ) );
			$hasFailed = false;
		} finally {
			$this->events->jobEnded( $hasFailed );
		}
	}

	/**
	 * Runs a job inside of what somebody else does, whose transaction it leaves alone.
	 *
	 * @param Job $job
	 * @param Closure():mixed|null $wikibase runs Wikibase's own job
	 * @throws Throwable why the job failed
	 */
	public function runInside( Job $job, ?Closure $wikibase = null ): void {
		$this->interpret( $job, null, null, $wikibase );
	}

	private function interpret(
		Job $job, ?Closure $isStopped, ?Closure $rollBack, ?Closure $wikibase = null
	): void {
		$thrown = new ThrownByJob( $job );
		$answer = null;
		$number = 0;
		while ( true ) {
			$step = $job->next( $answer, $number );
			foreach ( $step['events'] as $event ) {
				$this->events->tell( $event, $thrown );
			}
			if ( $step['state'] === 'ended' ) {
				return;
			}
			if ( $step['state'] === 'failed' ) {
				throw $thrown->throwable( $step['cause'] ?? [] );
			}
			try {
				foreach ( $step['actions'] ?? [] as $action ) {
					$answer = $this->carryOut( $action, $wikibase ) ? 'done' : 'refused';
				}
				$answer = $answer === 'done' && $isStopped !== null && $isStopped() ? 'stop' : $answer;
			} catch ( Throwable $e ) {
				if ( $rollBack !== null ) {
					$rollBack();
				}
				$answer = TooLarge::of( $e )->value;
				$number = $thrown->keep( $e );
			}
		}
	}

	/**
	 * @param array<string,mixed> $action
	 * @param Closure|null $wikibase
	 * @return bool whether what was waited for came about
	 */
	private function carryOut( array $action, ?Closure $wikibase ): bool {
		switch ( $action['action'] ) {
			case 'push':
				$this->queues->push( array_values( array_map( Jobs::ofNative( ... ), $action['jobs'] ) ) );
				break;
			case 'notify':
				// @mago-expect analysis:possibly-invalid-argument - it is one of several; the stub of Job has a table
				$this->notify( $action );
				break;
			case 'commit':
				$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
				break;
			case 'sleep':
				( $this->sleep )( $action['seconds'] );
				break;
			case 'wait-for-replicas':
				return $this->replicasFollow( $action['seconds'] );
			case 'remind':
				( $this->remind )( $action['entities'] );
				break;
			case 'announce':
				( $this->announce )();
				break;
			case 'look-out':
				( $this->lookOut )();
				break;
			case 'run-wikibase':
				// @mago-expect analysis:invalid-callable - only the jobs that have it ask for it
				$wikibase();
				break;
			case 'breathe':
				break;
			default:
				throw new RuntimeException( "unknown action {$action['action']}: the module is too new" );
		}
		return true;
	}

	/**
	 * @param array{domain:string,isRepeat:bool,jobs:list<array{type:string,params:array<string,mixed>}>} $action
	 */
	private function notify( array $action ): void {
		$jobs = [];
		foreach ( $action['jobs'] as $job ) {
			if ( $job['type'] === Jobs::ENTITY_CHANGE_NOTIFICATION ) {
				$job['params']['changes'] = HiddenUsers::leaveOut( $job['params']['changes'] );
			}
			$dropDuplicate = $action['isRepeat'] || !$this->queues->recognisesUnmarked( $job['type'] );
			$jobs[] = Jobs::notification( $job, $dropDuplicate );
		}
		try {
			$this->queues->pushTo( $action['domain'], $jobs );
		} catch ( Throwable $e ) {
			throw new PushFailedException( $action['domain'], $e );
		}
	}

	private function replicasFollow( int $seconds ): bool {
		// MediaWiki waits only where it is connected to the primary. That native code is, it does not know; and where
		// jobs are in Redis, nobody else may have connected.
		$this->loadBalancers->getMainLB()->getConnection( DB_PRIMARY )->ping();
		$follow = $this->loadBalancers->waitForReplication( [ 'timeout' => $seconds ] );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		return $follow;
	}
}
