<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Ends a client's rest after failures, so that the job that follows can dispatch to it at once.
 */
class ClientCatchUp {

	public function __construct( private readonly NativeFactory $native, private readonly ILBFactory $loadBalancers ) {
	}

	/**
	 * @throws RefusedException
	 */
	public function ask( string $siteId ): void {
		// Native code writes through a connection of its own, which would wait for a transaction of ours.
		$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
		if ( $this->native->dispatcher()->wake( $siteId ) === 'disabled' ) {
			throw RefusedException::disabled( $siteId );
		}
	}
}
