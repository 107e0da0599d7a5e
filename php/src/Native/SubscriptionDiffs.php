<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Native;

use WikibaseDispatch\SubscriptionDiff;
use WikibaseDispatch\UsageDiff;

/**
 * Compares usages of a page, and subscriptions of a wiki.
 */
class SubscriptionDiffs {

	/**
	 * @param list<string> $before `Q42#L.en`
	 * @param list<string> $after
	 */
	public function usages( array $before, array $after ): UsageDiff {
		return UsageDiff::between( $before, $after );
	}

	/**
	 * @param list<string> $entities
	 * @param list<string> $needed
	 * @param list<string> $subscribed
	 */
	public function subscriptions( array $entities, array $needed, array $subscribed ): SubscriptionDiff {
		return SubscriptionDiff::of( $entities, $needed, $subscribed );
	}
}
