<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Subscription;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Settings\ClientSettings;
use Wikimedia\Rdbms\DBError;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\SubscriptionDiff;

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

	private const ATTEMPTS = 3;

	public function __construct(
		private readonly SubscriptionTable $subscriptions,
		private readonly UsageTable $usages,
		private readonly SiteLinkTable $siteLinks,
		private readonly SubscriptionDiffs $diffs,
		private readonly ClientSettings $settings,
		private readonly ILBFactory $loadBalancers
	) {
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
			$count += $this->inTransaction( fn () => $this->subscriptions->add( $this->settings->siteId(), $some ) );
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
			$diff = $this->inTransaction( fn () => $this->settleHeld( $some ) );
			$added += count( $diff->missing() );
			$removed += count( $diff->needless() );
		}
		return [ $added, $removed ];
	}

	/**
	 * @param list<string> $entities
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

	/**
	 * Before it, everything is committed: the usages for which it is done; and what was read before is not what is seen
	 * in it. It may be done twice, so a deadlock is no reason to give up at once.
	 */
	private function inTransaction( Closure $work ): mixed {
		for ( $attempt = 1; ; $attempt++ ) {
			$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
			try {
				$result = $work();
				$this->loadBalancers->commitPrimaryChanges( __METHOD__ );
				return $result;
			} catch ( DBError $e ) {
				$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
				if ( $attempt === self::ATTEMPTS ) {
					throw $e;
				}
			}
		}
	}
}
