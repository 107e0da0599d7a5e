<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays;
use Throwable;

/**
 * Keeps in mind whether delayed jobs come.
 */
class DelayKeeper extends EventListener {

	public function __construct( private readonly SeenDelays $delays ) {
	}

	/**
	 * @inheritDoc
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
		try {
			match ( $name ) {
				'delayed-job-came' => $event['isEarly']
					? $this->delays->cameEarly( $event['job'] ) : $this->delays->came( $event['job'] ),
				'delay-probed' => $this->delays->await( $event['job'] ),
				'delayed-job-missing' => $this->delays->missed( $event['job'] ),
				default => null,
			};
		} catch ( Throwable ) {
			// The next of them tells again.
		}
	}
}
