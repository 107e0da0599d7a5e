<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Trigger;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use Throwable;

/**
 * Has somebody look at the change buffer after changes were written, neither too often nor too late.
 */
class TriggerScheduler {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly JobQueues $queues,
		private readonly WikiSettings $settings
	) {
	}

	/**
	 * To be called after commit by whoever wrote rows to the change buffer.
	 *
	 * If the push fails, what the queue throws is passed on. The changes stay in the buffer, where the next trigger
	 * finds them.
	 *
	 * @param int $count how many changes, at least 1
	 */
	public function changesWritten( int $count = 1 ): void {
		if ( !$this->settings->isRepo() ) {
			return;
		}
		$delay = $this->native->gate()->changesWritten( $count );
		if ( $delay === null ) {
			return;
		}
		try {
			$this->announce( $delay );
		} catch ( Throwable $e ) {
			// The next change shall not rely on what was not pushed.
			$this->native->gate()->reopen();
			throw $e;
		}
	}

	private function announce( int $delay ): void {
		$onlyClient = $this->settings->onlyClient();
		if ( $onlyClient === null ) {
			$this->scheduleTrigger( $delay );
		} else {
			// There is nothing to select from.
			$this->queues->push( [ Jobs::client( $onlyClient, $this->delayFor( Jobs::CLIENT, $delay ) ) ] );
		}
	}

	/**
	 * Pushes a trigger, which the queue drops if one is waiting.
	 *
	 * @param int|null $delay seconds; null or 0 for none; taken as none where the queue cannot delay jobs
	 */
	public function scheduleTrigger( ?int $delay = null ): void {
		$this->queues->push( [ Jobs::trigger( $this->delayFor( Jobs::TRIGGER, $delay ) ) ] );
	}

	/**
	 * Has somebody look soon whether what is being done now has been done: whoever does it may die, and the queue may
	 * have dropped the trigger of an edit because an older job still waited. Such triggers follow each other until one
	 * finds nothing to do.
	 *
	 * Does nothing where the queue cannot delay jobs: the next one would run at once. There every change is announced
	 * by a job of its own, and the queue repeats the job of a runner that died.
	 */
	public function lookAgain(): void {
		if ( $this->queues->canDelay( Jobs::TRIGGER ) ) {
			$this->scheduleTrigger( $this->settings->lookAgainDelay() );
		}
	}

	private function delayFor( string $job, ?int $delay ): ?int {
		return $delay && $this->queues->canDelay( $job ) ? $delay : null;
	}
}
