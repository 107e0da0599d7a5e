<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Native;

use WikibaseDispatch\SubscriptionDiff;
use WikibaseDispatch\UsageDiff;

/**
 * Compares usages of a page, and subscriptions of a wiki.
 */
class SubscriptionDiffs {

	public function __construct( private readonly Module $module ) {
	}

	/**
	 * A host without the native module must write down what its pages use all the same.
	 *
	 * @param list<string> $before `Q42#L.en`
	 * @param list<string> $after
	 */
	public function usages( array $before, array $after ): UsageDiff|PlainUsageDiff {
		return $this->module->isUsable()
			? UsageDiff::between( $before, $after ) : new PlainUsageDiff( $before, $after );
	}

	/**
	 * @param list<string> $entities
	 * @param list<string> $needed
	 * @param list<string> $subscribed
	 * @throws UnusableModuleException
	 */
	public function subscriptions( array $entities, array $needed, array $subscribed ): SubscriptionDiff {
		$this->module->require();
		return SubscriptionDiff::of( $entities, $needed, $subscribed );
	}
}
