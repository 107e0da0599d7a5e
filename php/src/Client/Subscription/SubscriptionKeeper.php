<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use WikibaseDispatch\SubscriptionDiff;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Keeps this wiki subscribed to what its pages use, and to the items that are linked with them.
 *
 * Usages and subscriptions are in two databases, which no transaction spans. What keeps a subscription from being lost
 * when one page ceases to use an entity while another begins to is an order that both sides keep:
 *
 * - Who subscribes has committed the usage before.
 * - Who unsubscribes holds the subscription first, then looks whether any page uses the entity, and gives up what it
 *   holds, or not, before anybody else gets at it.
 *
 * So either the look finds the new usage, or whoever has written it comes to subscribe when the old subscription is
 * gone, and makes a new one. To hold is what matters: who looks first and unsubscribes then can miss both.
 */
class SubscriptionKeeper {

	/** Entities of one transaction. */
	private const CHUNK = 100;

	private readonly Transactions $transactions;

	public function __construct(
		private readonly SubscriptionTable $subscriptions,
		private readonly UsageTable $usages,
		private readonly SiteLinkTable $siteLinks,
		private readonly SubscriptionDiffs $diffs,
		private readonly ClientSettings $settings,
		ILBFactory $loadBalancers
	) {
		$this->transactions = new Transactions( $loadBalancers );
	}

	/**
	 * Subscribes, whether it is needed or not.
	 *
	 * @param list<string> $entities
	 * @return int to how many of them the wiki was not subscribed
	 */
	public function subscribe( array $entities ): int {
		$count = 0;
		foreach ( array_chunk( $entities, self::CHUNK ) as $some ) {
			$count += $this->transactions->run(
				fn () => $this->subscriptions->add( $this->settings->siteId(), $some ), __METHOD__
			);
		}
		return $count;
	}

	/**
	 * Makes the subscriptions to some entities what they have to be, as far as that can be seen now.
	 *
	 * @param list<string> $entities
	 * @return array{0:int,1:int} how many were subscribed to, how many unsubscribed from
	 */
	public function settle( array $entities ): array {
		// In one order everywhere, so that two that hold some of the same wait for each other and not in a ring.
		sort( $entities, SORT_STRING );
		$added = $removed = 0;
		foreach ( array_chunk( array_values( array_unique( $entities ) ), self::CHUNK ) as $some ) {
			$diff = $this->transactions->run( fn () => $this->settleHeld( $some ), __METHOD__ );
			$added += count( $diff->missing() );
			$removed += count( $diff->needless() );
		}
		return [ $added, $removed ];
	}

	/**
	 * @param non-empty-list<string> $entities
	 */
	private function settleHeld( array $entities ): SubscriptionDiff {
		$siteId = $this->settings->siteId();
		return $this->subscriptions->atOnce( function () use ( $siteId, $entities ): SubscriptionDiff {
			$held = $this->subscriptions->hold( $siteId, $entities );
			$diff = $this->diffs->subscriptions(
				$entities,
				[ ...$this->usages->used( $entities ), ...$this->siteLinks->linked( $siteId, $entities ) ],
				$held
			);
			$this->subscriptions->add( $siteId, $diff->missing() );
			$this->subscriptions->remove( $siteId, $diff->needless() );
			return $diff;
		} );
	}
}
