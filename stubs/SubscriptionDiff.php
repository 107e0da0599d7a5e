<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * How the subscriptions of a wiki to some entities have to change.
 */
class SubscriptionDiff {

	/** Use {@see of()}. */
	private function __construct() {
	}

	/**
	 * @param list<string> $entities ids that this is about; what the other two say of others is left alone
	 * @param list<string> $needed those of which the wiki has to hear
	 * @param list<string> $subscribed those to which it is subscribed
	 */
	public static function of( array $entities, array $needed, array $subscribed ): self {
	}

	/**
	 * Entities to subscribe to.
	 *
	 * @return list<string>
	 */
	public function missing(): array {
	}

	/**
	 * Entities to unsubscribe from.
	 *
	 * @return list<string>
	 */
	public function needless(): array {
	}
}
