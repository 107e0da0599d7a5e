<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\Mark\OwnMark;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\Receipts;
use Psr\Log\LoggerInterface;
use Throwable;
use WikibaseDispatch\ClientUpdate;
use WikibaseDispatch\Notification;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Does what a client has to do when it hears of changes: have the pages that they affect purged and parsed again, and
 * told of in the recent changes. A change that affects no page is normal, and needs nothing.
 *
 * Native code coalesces the changes and finds the pages; what it wants to know of this wiki is asked here, once for all
 * changes together. Whatever is done per page is done in portions: an entity may be used on very many.
 */
class NotificationHandler {

	/**
	 * @param CurrentReads $reads
	 * @param UsageLookup $usages
	 * @param LinkedPageLookup $linkedPages
	 * @param PageLookup $pages
	 * @param PageUpdater $updater
	 * @param ChangeHooks $hooks
	 * @param JobQueues $queues
	 * @param ILBFactory $loadBalancers
	 * @param ClientSettings $settings
	 * @param BadChangeReport $badChanges
	 * @param UnknownFormReport $unknownForms
	 * @param list<string>|null $trackedAspects that this wiki's Wikibase knows; null where there is none
	 * @param OwnMark $mark
	 * @param Receipts $receipts
	 * @param Closure():RecentChangeTeller $teller
	 * @param Metrics $metrics
	 * @param LoggerInterface $logger
	 */
	public function __construct(
		private readonly CurrentReads $reads,
		private readonly UsageLookup $usages,
		private readonly LinkedPageLookup $linkedPages,
		private readonly PageLookup $pages,
		private readonly PageUpdater $updater,
		private readonly ChangeHooks $hooks,
		private readonly JobQueues $queues,
		private readonly ILBFactory $loadBalancers,
		private readonly ClientSettings $settings,
		private readonly BadChangeReport $badChanges,
		private readonly UnknownFormReport $unknownForms,
		private readonly ?array $trackedAspects,
		private readonly OwnMark $mark,
		private readonly Receipts $receipts,
		private readonly Closure $teller,
		private readonly Metrics $metrics,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @param string $repo site id
	 * @param Notification $notification
	 * @param array<string,?string> $rootJobParams {@see \MediaWiki\JobQueue\Job::getRootJobParams()}
	 * @throws UsageTableMissingException
	 */
	public function handle( string $repo, Notification $notification, array $rootJobParams ): void {
		[ 'changes' => $changeCount, 'bad' => $bad, 'covers' => $covers ] = $notification->summary();
		if ( $changeCount === 0 && $bad === [] ) {
			// The repo only wants to know what was handled.
			$this->receipts->give( $covers );
			return;
		}
		try {
			$this->handleChanges( $repo, $notification, $rootJobParams );
		} catch ( Throwable $e ) {
			if ( $covers !== null ) {
				$this->receipts->failed( $e );
			}
			throw $e;
		}
		if ( $covers !== null ) {
			$this->receipts->give( $covers );
		}
		$this->mark->keep();
	}

	/**
	 * @param string $repo
	 * @param Notification $notification
	 * @param array<string,?string> $rootJobParams
	 */
	private function handleChanges( string $repo, Notification $notification, array $rootJobParams ): void {
		[ 'changes' => $changeCount, 'bad' => $bad, 'oldest' => $oldest, 'covers' => $covers ] =
			$notification->summary();
		$this->badChanges->report( $bad, "a notification of $repo", [ 'repo' => $repo ] );
		$single = $this->hooks->hasListeners() ? $notification->changes() : [];
		$update = $notification->update(
			$this->settings->siteId(),
			$this->settings->contentNamespaces(),
			$this->settings->injectsRecentChanges() ? $this->settings->recentChangesMaxPages() : 0,
			$this->trackedAspects
		);
		$this->runHooks( $update, $single, $rootJobParams, $repo );
		$wiki = $this->reads->ofWiki();
		$this->find( $wiki, $update );
		$pageCount = $this->updatePages( $wiki, $update, $repo );
		$rowCount = $this->tell( $update, $repo, $covers !== null );
		$summary = $update->summary();
		$this->unknownForms->report( $summary['unknownForms'], $repo );
		$this->metrics->count( Metric::DiscardedTitles, $summary['untold'] );
		$this->measureDelay( $oldest );

		Event::NotificationHandled->write( $this->logger, [
			'repo' => $repo,
			'changes' => $changeCount,
			'coalesced' => $summary['changes'],
			'badChangeCount' => count( $bad ),
			'pages' => $pageCount,
			'recentChanges' => $rowCount,
			'recentChangesDropped' => $summary['untold'],
		] );
	}

	/**
	 * What this version does not know, handlers and Wikibase's own classes may not know either. Pages come first.
	 *
	 * @param ClientUpdate $update
	 * @param list<array<string,mixed>> $single the changes before any were merged
	 * @param array<string,?string> $rootJobParams
	 * @param string $repo
	 */
	private function runHooks( ClientUpdate $update, array $single, array $rootJobParams, string $repo ): void {
		try {
			$this->hooks->run( $update, $single, $rootJobParams );
		} catch ( Throwable $e ) {
			if ( $update->summary()['unknownForms'] === [] ) {
				throw $e;
			}
			Event::HandlersFailed->write( $this->logger, [ 'repo' => $repo ], $e );
		}
	}

	/**
	 * @param string|null $oldest when the first of the changes was made
	 */
	private function measureDelay( ?string $oldest ): void {
		$since = $oldest === null ? false : wfTimestamp( TS_UNIX, $oldest );
		if ( $since !== false ) {
			$this->metrics->time( Metric::HandledDelay, (float)max( 0, (int)wfTimestamp() - (int)$since ) );
		}
	}

	private function find( IDatabase $wiki, ClientUpdate $update ): void {
		[ 'entities' => $entities, 'titles' => $titles ] = $update->asks();
		$db = $this->reads->ofUsages( $wiki );
		$used = $this->usages->aspects( $db, $entities );
		foreach ( $this->usages->usages( $db, $update->usageLookup( $used ) ) as $usages ) {
			$update->addUsages( $usages );
		}
		$update->addLinkedPages( $this->linkedPages->pageIds( $wiki, $titles ) );
	}

	/**
	 * @return int how many pages there are
	 */
	private function updatePages( IDatabase $wiki, ClientUpdate $update, string $repo ): int {
		$count = $jobs = 0;
		$after = -1;
		$most = $this->settings->purgeCacheBatchSize();
		do {
			$pageIds = $update->pageIds( $after, $most );
			if ( $pageIds === [] ) {
				break;
			}
			$pages = $this->pages->pages( $wiki, $pageIds );
			$update->addPages( array_map( static fn ( ClientPage $page ) => $page->facts(), $pages ) );
			$this->updater->update( $pages, $repo );
			$this->commit();
			$count += count( $pages );
			$jobs += $pages === [] ? 0 : 1;
			$after = end( $pageIds );
		} while ( count( $pageIds ) === $most );
		$this->metrics->count( Metric::PurgeJobs, $jobs );
		$this->metrics->count( Metric::PurgedTitles, $count );
		$this->metrics->count( Metric::ParseJobs, $count );
		$this->metrics->count( Metric::ParsedTitles, $count );
		return $count;
	}

	/**
	 * @param ClientUpdate $update
	 * @param string $repo
	 * @param bool $isAtOnce whether a receipt follows, after which nobody would notice if a job was lost
	 * @return int how many rows there will be in the recent changes
	 */
	private function tell( ClientUpdate $update, string $repo, bool $isAtOnce ): int {
		$count = $jobs = 0;
		$changes = $update->recentChanges( $this->settings->recentChangesBatchSize() );
		while ( $changes !== [] ) {
			if ( $isAtOnce ) {
				( $this->teller )()->tell( $repo, $changes );
			} else {
				$this->queues->push( [ Jobs::injectRecentChanges( $repo, self::forLater( $changes ) ) ] );
				$this->commit();
				$jobs++;
			}
			$count += array_sum( array_map( static fn ( array $change ) => count( $change['pages'] ), $changes ) );
			$changes = $update->recentChanges( $this->settings->recentChangesBatchSize() );
		}
		$this->metrics->count( Metric::TellJobs, $jobs );
		$this->metrics->count( Metric::ToldTitles, $count );
		return $count;
	}

	/**
	 * @param list<array<string,mixed>> $changes
	 * @return list<array<string,mixed>> without what a job, which may run much later, looks up again
	 */
	private static function forLater( array $changes ): array {
		return array_map( static fn ( array $change ) => [
			'pages' => array_map( static fn ( array $page ) => array_slice( $page, 0, 2 ), $change['pages'] ),
		] + $change, $changes );
	}

	/** Where the queue is in this wiki's database, it would otherwise keep every portion in memory up to the end. */
	private function commit(): void {
		$ticket = $this->loadBalancers->getEmptyTransactionTicket( __METHOD__ );
		$this->loadBalancers->commitAndWaitForReplication( __METHOD__, $ticket );
	}
}
