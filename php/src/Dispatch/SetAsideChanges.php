<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Changes that a client could not handle and that were set aside for it (G16).
 */
class SetAsideChanges {

	public function __construct( private readonly NativeFactory $native, private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @return list<array{client:string,id:int,entity:string,time:int}>
	 */
	public function of( string $siteId ): array {
		return $this->native->dispatcher()->setAside( $siteId );
	}

	/**
	 * Has a change delivered again by the next trigger.
	 *
	 * @return string its entity
	 * @throws RefusedException
	 */
	public function takeUp( string $siteId, int $changeId ): string {
		// Native code writes through a connection of its own, which would wait for a transaction of ours.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		$entity = (string)( array_column( $this->of( $siteId ), 'entity', 'id' )[$changeId] ?? '' );
		match ( $this->native->dispatcher()->takeUp( $siteId, $changeId ) ) {
			'not-aside' => throw RefusedException::notSetAside( $siteId, $changeId ),
			'gone' => throw RefusedException::setAsideIsGone( $siteId, $changeId, $entity ),
			'disabled' => throw RefusedException::disabled( $siteId ),
			default => null,
		};
		return $entity;
	}
}
