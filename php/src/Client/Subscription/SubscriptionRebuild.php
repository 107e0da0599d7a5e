<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\UsageTableMissingException;
use Psr\Log\LoggerInterface;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Makes all subscriptions of this wiki what they have to be, step by step, whatever has happened to them.
 *
 * Each step does a bounded number of them, and only then is it written down how far that was; so it may end anywhere
 * and be gone on with by whoever comes next, and to do a step twice changes nothing. Pages may be parsed meanwhile, by
 * Wikibase's client or under our own eyes.
 */
class SubscriptionRebuild {

	/** Entities, site links or subscriptions of one step. */
	private const STEP = 500;

	/**
	 * @param SubscriptionTable $subscriptions
	 * @param UsageTable $usages
	 * @param SiteLinkTable $siteLinks
	 * @param SubscriptionKeeper $keeper
	 * @param SubscriptionDiffs $diffs
	 * @param RebuildStore $store
	 * @param JobQueues $queues
	 * @param ClientSettings $client
	 * @param WikiSettings $wiki
	 * @param ILBFactory $loadBalancers
	 * @param LoggerInterface $logger
	 * @param Closure():float $clock seconds; never goes back
	 */
	public function __construct(
		private readonly SubscriptionTable $subscriptions,
		private readonly UsageTable $usages,
		private readonly SiteLinkTable $siteLinks,
		private readonly SubscriptionKeeper $keeper,
		private readonly SubscriptionDiffs $diffs,
		private readonly RebuildStore $store,
		private readonly JobQueues $queues,
		private readonly ClientSettings $client,
		private readonly WikiSettings $wiki,
		private readonly ILBFactory $loadBalancers,
		private readonly LoggerInterface $logger,
		private readonly Closure $clock
	) {
	}

	/** Whether the repo has the table in which it stands how far a rebuild is. */
	public function isPossible(): bool {
		return $this->store->isThere();
	}

	/** How far the last rebuild has come; null: there was none. */
	public function state(): ?RebuildState {
		return $this->store->load( $this->client->siteId() );
	}

	/** Begins a rebuild, or goes on with one that has not come to its end. */
	public function begin(): RebuildState {
		$state = $this->state();
		if ( $state === null || $state->isDone() ) {
			$state = $this->store->begin( $this->client->siteId() );
			$this->commit();
		}
		return $state;
	}

	/** Leaves it to the job queue. */
	public function leaveToJobs(): void {
		$this->queues->push( [ Jobs::rebuildSubscriptions() ] );
		$this->commit();
	}

	/** As a job: as many steps as there is time for, and a successor for the rest. */
	public function runInTime(): void {
		$end = ( $this->clock )() + $this->wiki->maxTime();
		$state = $this->state();
		while ( $state !== null && !$state->isDone() && ( $this->clock )() < $end ) {
			$state = $this->step( $state );
		}
		// @mago-expect analysis:redundant-comparison,impossible-condition - the loop may not have been entered
		if ( $state === null ) {
			return;
		}
		Event::SubscriptionsRebuilt->write( $this->logger, [
			'client' => $this->client->siteId(),
			'progress' => $state->text(),
		] );
		if ( !$state->isDone() ) {
			$this->leaveToJobs();
		}
	}

	/** The next step, after which it is written down how far that is. */
	public function step( RebuildState $state ): RebuildState {
		if ( !$this->usages->exists() ) {
			throw new UsageTableMissingException( $this->client->siteId(), UsageTable::NAME );
		}
		[ $after, $seen, $added, $removed ] = match ( $state->phase ) {
			RebuildPhase::Used, RebuildPhase::Again => $this->subscribeToUsed( $state->after ),
			RebuildPhase::Linked => $this->subscribeToLinked( $state->after ),
			RebuildPhase::Needless => $this->unsubscribe( (int)$state->after ),
			RebuildPhase::Done => [ null, 0, 0, 0 ],
		};
		$next = $state->advanced(
			$seen < self::STEP ? null : $after, $seen, $added, $removed, $this->store->now()
		);
		$advanced = $this->store->advance( $this->client->siteId(), $state, $next );
		$this->commit();
		return $advanced ? $next : $this->state() ?? $next;
	}

	private function subscribeToUsed( string $after ): array {
		$entities = $this->usages->usedAfter( $after, self::STEP );
		return [ end( $entities ), count( $entities ), $this->addMissing( $entities ), 0 ];
	}

	private function subscribeToLinked( string $after ): array {
		$links = $this->siteLinks->linkedAfter( $this->client->siteId(), $after, self::STEP );
		return [ end( $links )[0] ?? '', count( $links ), $this->addMissing( array_column( $links, 1 ) ), 0 ];
	}

	/**
	 * @param list<string> $entities
	 */
	private function addMissing( array $entities ): int {
		$subscribed = $this->subscriptions->subscribed( $this->client->siteId(), $entities );
		return $this->keeper->subscribe( $this->diffs->subscriptions( $entities, $entities, $subscribed )->missing() );
	}

	/** Those that look needless are looked at a second time, held: see {@see SubscriptionKeeper}. */
	private function unsubscribe( int $after ): array {
		$siteId = $this->client->siteId();
		$rows = $this->subscriptions->after( $siteId, $after, self::STEP );
		$entities = array_values( $rows );
		$needed = [ ...$this->usages->used( $entities ), ...$this->siteLinks->linked( $siteId, $entities ) ];
		[ $added, $removed ] = $this->keeper->settle(
			$this->diffs->subscriptions( $entities, $needed, $entities )->needless()
		);
		return [ (string)array_key_last( $rows ), count( $rows ), $added, $removed ];
	}

	/** So much is committed, and replicas have it. */
	private function commit(): void {
		$ticket = $this->loadBalancers->getEmptyTransactionTicket( __METHOD__ );
		$this->loadBalancers->commitAndWaitForReplication( __METHOD__, $ticket );
	}
}
