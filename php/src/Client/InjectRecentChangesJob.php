<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\JobQueue\Job;

/**
 * The job that writes recent changes of one batch. Parameters: `repo`, the repo's site id, and `changes`, each with the
 * pages that are told of it, as native code made them.
 */
class InjectRecentChangesJob extends Job {

	public function __construct( array $params, private readonly RecentChangeWriter $writer ) {
		parent::__construct( Jobs::INJECT_RECENT_CHANGES, $params );
		$this->removeDuplicates = true;
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$this->writer->write( (string)$this->params['repo'], $this->params['changes'] );
		return true;
	}
}
