<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\RepoJob;

/**
 * The job, on the repo, that deletes changes which nobody needs any more. It has no parameters, so at most one waits.
 */
class PruneChangesJob extends RepoJob {

	public function __construct(
		array $params,
		private readonly NativeFactory $native,
		private readonly Interpreter $interpreter,
		string $type = Jobs::PRUNE
	) {
		parent::__construct( $type, $params );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		return $this->attempt( fn () => $this->interpreter->run( $this->native->dispatcher()->prune() ) );
	}
}
