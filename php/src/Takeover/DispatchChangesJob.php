<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Takeover;

use MediaWiki\JobQueue\Job;

/**
 * Wikibase's job for the changes of one entity, run for the clients that are still Wikibase's. Parameter: `entityId`.
 */
class DispatchChangesJob extends Job {

	public function __construct( array $params, private readonly WikibaseDispatching $dispatching ) {
		parent::__construct( Takeover::DISPATCH_CHANGES, $params );
		$this->removeDuplicates = true;
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		return $this->dispatching->run( $this->params );
	}
}
