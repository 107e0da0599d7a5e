<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\RepoJob;

/**
 * The job, on the repo, that looks who needs a pass. All are the same, but for those that are held back: at most one of
 * each kind waits.
 */
class DispatchTriggerJob extends RepoJob {

	public function __construct(
		array $params,
		private readonly NativeFactory $native,
		private readonly Interpreter $interpreter,
		string $type = Jobs::TRIGGER
	) {
		parent::__construct( $type, $params );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		return $this->attempt(
			fn () => $this->interpreter->run( $this->native->dispatcher()->trigger( $this->heldBackUntil() ) )
		);
	}
}
