<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\JobQueue\Job;

/**
 * The job that writes recent changes of one batch. Parameters: `repo`, the repo's site id, and `changes`, each with the
 * pages that are told of it, as native code made them.
 */
class InjectRecentChangesJob extends Job {

	public function __construct(
		array $params, private readonly RecentChangeTeller $teller, string $type = Jobs::INJECT_RECENT_CHANGES
	) {
		parent::__construct( $type, $params );
		$this->removeDuplicates = true;
		// The writer looks again when the rows are committed.
		$this->executionFlags |= self::JOB_NO_EXPLICIT_TRX_ROUND;
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		/** @var list<array<string,mixed>> $changes */
		$changes = $this->params['changes'];
		$this->teller->tell( (string)$this->params['repo'], $changes );
		return true;
	}
}
