<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Disables a client that is closed or cannot be reached, so that it holds back no pruning, and enables it again.
 */
class ClientSwitch {

	public function __construct( private readonly NativeFactory $native, private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * From now on the client gets nothing, and what is written is not kept for it. A pass that is under way ends.
	 *
	 * @return bool whether it was enabled
	 * @throws RefusedException
	 */
	public function disable( string $siteId ): bool {
		// Native code writes through a connection of its own, which would wait for a transaction of ours.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		return self::isDone( $siteId, $this->native->dispatcher()->disable( $siteId ) );
	}

	/**
	 * The client gets what is written from now on, or after a change. A rest after failures is over.
	 *
	 * @param string $siteId
	 * @param int|null $after id of a change; null: the last one that no edit can come before any more
	 * @return int the change after which it begins
	 * @throws RefusedException
	 */
	public function enable( string $siteId, ?int $after ): int {
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$dispatcher = $this->native->dispatcher();
		$horizon = $dispatcher->horizon();
		$after ??= $horizon;
		if ( $after > $horizon ) {
			throw RefusedException::beyondHorizon( $siteId, $after, $horizon );
		}
		if ( !self::isDone( $siteId, $dispatcher->enable( $siteId, $after ) ) ) {
			throw RefusedException::notDisabled( $siteId );
		}
		return $after;
	}

	/**
	 * @throws RefusedException
	 */
	private static function isDone( string $siteId, string $what ): bool {
		return match ( $what ) {
			'unknown' => throw RefusedException::unknownClient( $siteId ),
			'left' => throw RefusedException::ofWikibase( $siteId ),
			default => $what === 'done',
		};
	}
}
