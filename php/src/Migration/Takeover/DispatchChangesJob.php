<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\JobQueue\Job;

/**
 * Wikibase's job for the changes of one entity, run for the clients that are still Wikibase's. Parameter: `entityId`.
 */
class DispatchChangesJob extends Job {

	public function __construct(
		array $params,
		private readonly NativeFactory $native,
		private readonly Interpreter $interpreter,
		private readonly WikibaseJobs $jobs,
		private readonly EditAnnouncer $announcer
	) {
		parent::__construct( Takeover::DISPATCH_CHANGES, $params );
		$this->removeDuplicates = true;
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		return $this->native->isUsable() ? $this->runByNativeCode() : $this->runAndAnnounce();
	}

	private function runByNativeCode(): bool {
		$isDone = true;
		$this->interpreter->runInside( $this->native->dispatcher()->wikibase(), function () use ( &$isDone ): void {
			$isDone = $this->jobs->forItsOwnClients( $this->params )->run();
		} );
		return $isDone;
	}

	/**
	 * On a host without the native module. The job itself reads the rollout's tables; the trigger that it is
	 * followed by may be needless, and is never wrong.
	 */
	private function runAndAnnounce(): bool {
		try {
			return $this->jobs->forItsOwnClients( $this->params )->run();
		} finally {
			$this->announcer->announce( 1 );
		}
	}
}
