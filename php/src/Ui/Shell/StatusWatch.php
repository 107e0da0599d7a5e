<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use RuntimeException;
use WikibaseDispatch\DispatchException;
use Wikimedia\Rdbms\DBError;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Looks at the status again and again, until it is told to stop. If a look fails, the next may succeed.
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
	 * @param Closure(FarmStatus,?RuntimeException):void $show takes the last status, and why the last look failed, if
	 *  it did
	 * @param Closure():bool $isStopped
	 * @return FarmStatus the last one
	 * @throws RuntimeException if the last look failed, or the first one
	 */
	public function watch( int $seconds, Closure $show, Closure $isStopped ): FarmStatus {
		$status = $this->look();
		$failure = null;
		while ( true ) {
			$show( $status, $failure );
			if ( !$isStopped() ) {
				( $this->sleep )( $seconds );
			}
			if ( $isStopped() ) {
				break;
			}
			try {
				$status = $this->look();
				$failure = null;
			} catch ( DispatchException | DBError $e ) {
				$failure = $e;
			}
		}
		return $failure === null ? $status : throw $failure;
	}

	private function look(): FarmStatus {
		// Else what is read would be as it was at the first look.
		// @mago-expect analysis:deprecated-method - 1.39 has no other
		$this->loadBalancers->flushReplicaSnapshots( __METHOD__ );
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		return $this->reader->read();
	}
}
