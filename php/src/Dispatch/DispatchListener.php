<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Throwable;
use WikibaseDispatch\Pass;
use WikibaseDispatch\PruneOutcome;
use WikibaseDispatch\TriggerOutcome;

/**
 * Hears what becomes of dispatching on the repo, beside the log: to count it, or to keep it for the status. Whoever
 * listens overrides what he cares about, and must not throw.
 */
abstract class DispatchListener {

	/**
	 * A pass has ended well.
	 *
	 * @param Pass $pass
	 * @param int $notifications how many were pushed
	 */
	public function passFinished( Pass $pass, int $notifications ): void {
	}

	/** A pass took no effect, because another runner had taken the claim over. */
	public function claimLost( string $siteId ): void {
	}

	/** A pass failed. */
	public function passFailed( string $siteId, Throwable $e ): void {
	}

	/** A trigger has looked. */
	public function triggerLooked( TriggerOutcome $outcome ): void {
	}

	/** A trigger's job has ended, well or not. */
	public function triggerEnded( float $seconds ): void {
	}

	/** A trigger failed. */
	public function triggerFailed( Throwable $e ): void {
	}

	/** A batch of changes was deleted. */
	public function pruned( PruneOutcome $outcome ): void {
	}
}
