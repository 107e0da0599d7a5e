<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Metrics;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchListener;
use Throwable;
use WikibaseDispatch\Pass;
use WikibaseDispatch\PruneOutcome;
use WikibaseDispatch\TriggerOutcome;

/**
 * Counts what becomes of dispatching on the repo.
 */
class DispatchMetrics extends DispatchListener {

	public function __construct( private readonly Metrics $metrics ) {
	}

	/**
	 * @inheritDoc
	 */
	public function passFinished( Pass $pass, int $notifications ): void {
		$this->metrics->count( Metric::Passes );
		$this->metrics->count( Metric::Changes, $pass->changeCount(), [ 'client' => $pass->siteId() ] );
		$this->metrics->count( Metric::Notifications, $notifications );
		$this->metrics->count( Metric::BadChanges, count( $pass->badChanges() ) );
	}

	/**
	 * @inheritDoc
	 */
	public function claimLost( string $siteId ): void {
		$this->metrics->count( Metric::ClaimsLost );
	}

	/**
	 * @inheritDoc
	 */
	public function passFailed( string $siteId, Throwable $e ): void {
		$this->metrics->count( Metric::PassFailures, 1, [ 'client' => $siteId ] );
	}

	/**
	 * @inheritDoc
	 */
	public function triggerLooked( TriggerOutcome $outcome ): void {
		$this->metrics->count( Metric::Triggers );
		if ( $outcome->clients() === [] && $outcome->fastForwarded() === 0 ) {
			$this->metrics->count( Metric::IdleTriggers );
		}
		$this->metrics->count( Metric::FastForwards, $outcome->fastForwarded() );
		$this->metrics->count( Metric::BadChanges, count( $outcome->badChanges() ) );
	}

	/**
	 * @inheritDoc
	 */
	public function triggerEnded( float $seconds ): void {
		$this->metrics->time( Metric::TriggerTime, $seconds );
	}

	/**
	 * @inheritDoc
	 */
	public function triggerFailed( Throwable $e ): void {
		$this->metrics->count( Metric::TriggerFailures );
	}

	/**
	 * @inheritDoc
	 */
	public function pruned( PruneOutcome $outcome ): void {
		$this->metrics->count( Metric::PrunedChanges, $outcome->deleted() );
	}
}
