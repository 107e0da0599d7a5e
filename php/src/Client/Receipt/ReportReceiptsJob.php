<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Receipt;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\JobQueue\Job;

/**
 * The job, on a client, that reports what was handled. It has no parameters, so at most one waits.
 */
class ReportReceiptsJob extends Job {

	public function __construct(
		array $params, private readonly Receipts $receipts, string $type = Jobs::REPORT_RECEIPTS
	) {
		parent::__construct( $type, $params );
		$this->removeDuplicates = true;
		// It begins and ends transactions of its own.
		$this->executionFlags |= self::JOB_NO_EXPLICIT_TRX_ROUND;
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$this->receipts->report();
		return true;
	}
}
