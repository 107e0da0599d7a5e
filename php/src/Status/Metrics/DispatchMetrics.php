<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Metrics;

use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\EventListener;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use Throwable;

/**
 * Counts what becomes of dispatching on the repo.
 */
class DispatchMetrics extends EventListener {

	public function __construct( private readonly Metrics $metrics ) {
	}

	/**
	 * @inheritDoc
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
		switch ( $name ) {
			case 'pass-finished':
				$this->metrics->count( Metric::Passes );
				$this->metrics->count( Metric::Changes, $event['changes'], [ 'client' => $event['client'] ] );
				$this->metrics->count( Metric::Notifications, $event['notifications'] );
				break;
			case 'claim-lost':
				$this->metrics->count( Metric::ClaimsLost );
				break;
			case 'pass-failed':
			case 'pass-failed-again':
				$this->metrics->count( Metric::PassFailures, 1, [ 'client' => $event['client'] ] );
				break;
			case 'triggered':
				$this->metrics->count( Metric::Triggers );
				if ( $event['due'] === 0 && $event['fastForwarded'] === 0 ) {
					$this->metrics->count( Metric::IdleTriggers );
				}
				$this->metrics->count( Metric::FastForwards, $event['fastForwarded'] );
				break;
			case 'late-changes':
				$this->metrics->count( Metric::LateChanges, count( $event['lateChanges'] ) );
				break;
			case 'sent-again':
				$this->metrics->count( Metric::SentAgain, $event['changeCount'], [ 'client' => $event['client'] ] );
				break;
			case 'set-aside':
				$this->metrics->count( Metric::SetAside, 1, [ 'client' => $event['client'] ] );
				break;
			case 'receipts-refused':
				$this->metrics->count( Metric::ReceiptsRefused, 1, [ 'client' => $event['client'] ] );
				break;
			case 'bad-changes':
				$this->metrics->count( Metric::BadChanges, count( $event['badChanges'] ) );
				break;
			case 'trigger-ended':
				$this->metrics->time( Metric::TriggerTime, $event['seconds'] );
				break;
			case 'trigger-failed':
				$this->metrics->count( Metric::TriggerFailures );
				break;
			case 'batch-pruned':
				$this->metrics->count( Metric::PrunedChanges, $event['deleted'] );
		}
	}
}
