<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Prune;

use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Queue\RepoJob;

/**
 * The job, on the repo, that deletes changes which nobody needs any more. It has no parameters, so at most one waits.
 */
class PruneChangesJob extends RepoJob {

	public function __construct( array $params, private readonly PruneRunner $runner ) {
		parent::__construct( Jobs::PRUNE, $params );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		return $this->attempt( fn () => $this->runner->run() );
	}
}
