<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;

/**
 * Runs passes here and now, for all clients or for some, until each has seen what could be dispatched at the beginning.
 */
class CatchUp {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly Interpreter $interpreter,
		private readonly OurClients $clients,
		private readonly CatchUpProgress $progress
	) {
	}

	/**
	 * @param list<string> $clients site ids; none: all
	 * @param CatchUpObserver $observer
	 * @param Closure():bool $isStopped asked between two passes
	 * @throws RefusedException for a client that is not ours, or disabled
	 */
	public function run( array $clients, CatchUpObserver $observer, Closure $isStopped ): CaughtUp {
		$this->progress->begin( $observer, fn () => $this->refuseOthers( $clients ) );
		$this->interpreter->run( $this->native->dispatcher()->catchUp( $clients ), $isStopped );
		return $this->progress->result();
	}

	/**
	 * @param list<string> $clients
	 */
	private function refuseOthers( array $clients ): void {
		foreach ( $clients as $siteId ) {
			if ( $this->clients->state( $siteId )->isDisabled() ) {
				throw RefusedException::disabled( $siteId );
			}
		}
	}
}
