<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Triggers;

/**
 * What follows an action that was carried out. It comes after the record: if it fails, the action was still done, and
 * the log says so. Jobs look without a trigger, too, only later.
 */
class FollowUp {

	/**
	 * @param Triggers $triggers
	 * @param Closure(string):void $forgetFailure deletes the last failure of a client from the status
	 */
	public function __construct( private readonly Triggers $triggers, private readonly Closure $forgetFailure ) {
	}

	public function of( Outcome $outcome ): void {
		$isMoved = in_array( $outcome->action, [ Action::Enable, Action::Seek ], true );
		if ( $isMoved ) {
			( $this->forgetFailure )( $outcome->siteId );
		}
		$isForward = $outcome->action === Action::Seek
			&& (int)( $outcome->after['seen'] ?? 0 ) > (int)( $outcome->before['seen'] ?? 0 );
		if ( ( $isMoved && !$isForward ) || $outcome->action === Action::TakeUp ) {
			$this->triggers->push();
		}
	}
}
