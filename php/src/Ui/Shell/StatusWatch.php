<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Looks at the status again and again, until it is told to stop.
 */
class StatusWatch {

	/**
	 * @param StatusReader $reader
	 * @param ILBFactory $loadBalancers
	 * @param Closure(non-negative-int):mixed $sleep takes seconds; a signal ends it early
	 */
	public function __construct(
		private readonly StatusReader $reader,
		private readonly ILBFactory $loadBalancers,
		private readonly Closure $sleep
	) {
	}

	/**
	 * @param non-negative-int $seconds between two looks
	 * @param Closure(FarmStatus):void $show
	 * @param Closure():bool $isStopped
	 * @return FarmStatus the last one
	 */
	public function watch( int $seconds, Closure $show, Closure $isStopped ): FarmStatus {
		do {
			// Else what is read would be as it was at the first look.
			// @mago-expect analysis:deprecated-method - 1.39 has no other
			$this->loadBalancers->flushReplicaSnapshots( __METHOD__ );
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
			$status = $this->reader->read();
			$show( $status );
			if ( !$isStopped() ) {
				( $this->sleep )( $seconds );
			}
		} while ( !$isStopped() );
		return $status;
	}
}
