<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Trigger;

use MediaWiki\Extension\WikibaseDispatch\History\HistoryKeeper;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Queue\RepoJob;

/**
 * The job, on the repo, that looks who needs a pass. It has no parameters: as all are the same, at most one waits.
 */
class DispatchTriggerJob extends RepoJob {

	public function __construct(
		array $params,
		private readonly TriggerRunner $runner,
		private readonly HistoryKeeper $history
	) {
		parent::__construct( Jobs::TRIGGER, $params );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		return $this->attempt( fn () => $this->history->sampleAfter( $this->runner->run( ... ) ) );
	}
}
