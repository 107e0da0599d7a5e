<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\EventListener;
use Psr\Log\LoggerInterface;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Records the status once a minute, by the first dispatching job of that minute.
 *
 * It comes after the work, failed or not, and nothing that goes wrong with it is of any consequence to dispatching. A
 * process asks the database no more than once a minute; what then remains to be done is one process's.
 */
class HistoryKeeper extends EventListener {

	/** Minutes. */
	public const KEPT = 24 * 60;

	private const SECONDS_PER_MINUTE = 60.0;

	/** Of the process; by its own clock. */
	private float $nextLook = 0.0;
	private bool $hasComplained = false;

	/**
	 * @param HistoryStore $store
	 * @param ClientHistoryStore $clients
	 * @param StatusReader $status
	 * @param ILBFactory $loadBalancers
	 * @param LoggerInterface $logger
	 * @param Closure():float $clock seconds; never goes back
	 */
	public function __construct(
		private readonly HistoryStore $store,
		private readonly ClientHistoryStore $clients,
		private readonly StatusReader $status,
		private readonly ILBFactory $loadBalancers,
		private readonly LoggerInterface $logger,
		private readonly Closure $clock
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function jobEnded( bool $hasFailed ): void {
		$this->sampleIfDue( $hasFailed );
	}

	private function sampleIfDue( bool $hasFailed ): void {
		$now = ( $this->clock )();
		if ( $now < $this->nextLook ) {
			return;
		}
		$this->nextLook = $now + self::SECONDS_PER_MINUTE;
		try {
			// What a failed job had begun is not ours to make durable.
			$hasFailed
				? $this->loadBalancers->rollbackPrimaryChanges( __METHOD__ )
				: $this->loadBalancers->commitPrimaryChanges( __METHOD__ );
			$minutes = $this->store->minutes();
			if ( $minutes['last'] < $minutes['now'] ) {
				$this->sample( $minutes['now'], $minutes['last'] );
			}
		} catch ( Throwable $e ) {
			$this->complain( $e );
		}
	}

	private function sample( int $minute, int $before ): void {
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		// Native code reads through a connection of its own.
		$status = $this->status->brief();
		$this->store->add( Sample::of( $status ) );
		$this->store->forgetBefore( $minute - self::KEPT );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		if ( ClientSample::slotOfMinute( $minute ) > ClientSample::slotOfMinute( $before ) ) {
			$this->clients->add( ClientSample::ofAll( $status ) );
			$this->clients->forgetBefore( ClientSample::slotOfMinute( $minute - self::KEPT ) );
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		}
	}

	/** Once: the next minute it would be the same. */
	private function complain( Throwable $e ): void {
		try {
			$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
		} catch ( Throwable ) {
			// The job's own statements will say what is wrong with the connection.
		}
		if ( !$this->hasComplained ) {
			$this->hasComplained = true;
			Event::HistoryNotKept->write( $this->logger, [], $e );
		}
	}
}
