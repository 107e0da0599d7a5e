<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;

/**
 * The end of an edit: has somebody look at the change buffer, neither too often nor too late.
 */
class Edits {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly Interpreter $interpreter,
		private readonly Triggers $triggers,
		private readonly WikiSettings $settings
	) {
	}

	/**
	 * To be called after a commit that wrote rows to the change buffer.
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
		if ( !$this->native->isUsable() ) {
			$this->triggers->ask();
			return;
		}
		$job = $this->native->gate()->changesWritten( $count );
		if ( $job !== null ) {
			$this->interpreter->runInside( $job );
		}
	}
}
