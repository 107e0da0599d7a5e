<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * Writes down what a page uses, and has the wiki's subscriptions follow.
 *
 * What a page begins to use is subscribed to before the usage is written, so that whoever dies in between leaves a
 * subscription too much; and again after it, because another page may have ceased to use the entity just then. What it
 * ceases to use is left to a job: that can wait.
 */
class UsageTracker {

	/** Entities of one job. */
	private const ENTITIES = 500;

	public function __construct(
		private readonly UsageTable $usages,
		private readonly SubscriptionKeeper $keeper,
		private readonly SubscriptionDiffs $diffs,
		private readonly JobQueues $queues,
		private readonly Transactions $transactions,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * To be called outside of transactions.
	 *
	 * @param int $pageId
	 * @param list<string> $usages all that the page uses now: `Q42#L.en`
	 */
	public function pageUses( int $pageId, array $usages ): void {
		if ( !$this->usages->exists() ) {
			// A wiki that is no client.
			return;
		}
		$diff = $this->diffs->usages( $this->usages->ofPage( $pageId ), $usages );
		if ( $diff->isEmpty() ) {
			return;
		}
		$begun = $diff->begun();
		$this->subscribe( $begun );
		// Pages that are parsed at the same time may meet in a deadlock. What each uses must be written all the same.
		$this->transactions->run(
			fn () => $this->usages->change( $pageId, $diff->added(), $diff->removed() ), __METHOD__
		);
		$this->subscribe( $begun );
		$this->settleLater( $diff->ceased() );
	}

	/**
	 * The page has to be tracked even if the repo cannot be reached, else nobody would know what it uses. The job comes
	 * back until it can.
	 *
	 * @param list<string> $entities
	 */
	private function subscribe( array $entities ): void {
		try {
			$this->keeper->subscribe( $entities );
		} catch ( Throwable $e ) {
			Event::SubscribingFailed->write( $this->logger, [
				'count' => count( $entities ),
				'entities' => array_slice( $entities, 0, 100 ),
			], $e );
			$this->settleLater( $entities );
		}
	}

	/**
	 * @param list<string> $entities
	 */
	private function settleLater( array $entities ): void {
		$this->queues->push( array_map(
			Jobs::settleSubscriptions( ... ),
			array_chunk( $entities, self::ENTITIES )
		) );
	}
}
