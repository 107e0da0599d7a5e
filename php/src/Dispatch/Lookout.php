<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Deferred\DeferredUpdates;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use Wikimedia\ObjectCache\BagOStuff;

/**
 * Has a request look, when its answer has been sent, whether changes wait although nobody is going to look.
 */
class Lookout {

	/** Seconds between two plain triggers of a wiki. */
	private const INTERVAL = 60;

	public function __construct(
		private readonly NativeFactory $native,
		private readonly Interpreter $interpreter,
		private readonly Triggers $triggers,
		private readonly BagOStuff $stash,
		private readonly WikiSettings $settings
	) {
	}

	public function lookWhenAnswered(): void {
		if ( $this->settings->isRepo() ) {
			DeferredUpdates::addCallableUpdate( $this->look( ... ) );
		}
	}

	private function look(): void {
		if ( $this->native->isUsable() ) {
			$this->interpreter->runInside( $this->native->dispatcher()->lookOut() );
		} elseif ( $this->isFirstInInterval() ) {
			// It takes native code to see whether something waits; a trigger sees it, too.
			$this->triggers->ask();
		}
	}

	private function isFirstInInterval(): bool {
		$key = $this->stash->makeKey( 'wikibase-dispatch-lookout' );
		// Where hosts have no cache of their own, every request asks: most of them do not write.
		return $this->stash->get( $key ) === false && $this->stash->add( $key, 1, self::INTERVAL );
	}
}
