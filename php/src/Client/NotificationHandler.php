<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Settings\ClientSettings;
use Psr\Log\LoggerInterface;
use WikibaseDispatch\ClientUpdate;
use WikibaseDispatch\Notification;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Does what a client has to do when it hears of changes: have the pages that they affect purged and parsed again, and
 * told of in the recent changes. A change that affects no page is normal, and needs nothing.
 *
 * Native code coalesces the changes and finds the pages; what it wants to know of this wiki is asked here, once for all
 * changes together. Whatever is done per page is done in portions: an entity may be used on very many.
 */
class NotificationHandler {

	public function __construct(
		private readonly UsageLookup $usages,
		private readonly LinkedPageLookup $linkedPages,
		private readonly PageLookup $pages,
		private readonly PageUpdater $updater,
		private readonly ChangeHooks $hooks,
		private readonly JobQueues $queues,
		private readonly ILBFactory $loadBalancers,
		private readonly ClientSettings $settings,
		private readonly BadChangeReport $badChanges,
		private readonly Metrics $metrics,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @param string $repo site id
	 * @param Notification $notification
	 * @throws UsageTableMissingException
	 */
	public function handle( string $repo, Notification $notification ): void {
		$bad = $notification->badChanges();
		$this->badChanges->report( $bad, "a notification of $repo", [ 'repo' => $repo ] );
		$changeCount = $notification->changeCount();
		$update = $notification->update(
			$this->settings->siteId(),
			$this->settings->contentNamespaces(),
			$this->settings->injectsRecentChanges() ? $this->settings->recentChangesMaxPages() : 0
		);
		$this->hooks->run( $update );

		$this->find( $update );
		$pageCount = $this->updatePages( $update, $repo );
		$rowCount = $this->tell( $update, $repo );

		Event::NotificationHandled->write( $this->logger, [
			'repo' => $repo,
			'changes' => $changeCount,
			'coalesced' => $update->changeCount(),
			'badChangeCount' => count( $bad ),
			'pages' => $pageCount,
			'recentChanges' => $rowCount,
			'recentChangesDropped' => $update->untold(),
		] );
	}

	private function find( ClientUpdate $update ): void {
		foreach ( $this->usages->usages( $update->usageLookup() ) as $usages ) {
			$update->addUsages( $usages );
		}
		$update->addLinkedPages( $this->linkedPages->pageIds( $update->linkedTitles() ) );
	}

	/**
	 * @return int how many pages there are
	 */
	private function updatePages( ClientUpdate $update, string $repo ): int {
		$count = $jobs = 0;
		$pageIds = $update->pageIds( -1, $this->settings->purgeCacheBatchSize() );
		while ( $pageIds !== [] ) {
			$pages = $this->pages->pages( $pageIds );
			$update->addPages( array_map(
				static fn ( ClientPage $page ) => [ $page->namespace, $page->dbKey ],
				$pages
			) );
			$this->updater->update( $pages, $repo );
			$this->commit();
			$count += count( $pages );
			$jobs += $pages === [] ? 0 : 1;
			$pageIds = $update->pageIds( end( $pageIds ), $this->settings->purgeCacheBatchSize() );
		}
		$this->metrics->count( Metric::PurgeJobs, $jobs );
		$this->metrics->count( Metric::PurgedTitles, $count );
		$this->metrics->count( Metric::ParseJobs, $count );
		$this->metrics->count( Metric::ParsedTitles, $count );
		return $count;
	}

	/**
	 * @return int how many rows there will be in the recent changes
	 */
	private function tell( ClientUpdate $update, string $repo ): int {
		$count = $jobs = 0;
		$changes = $update->recentChanges( $this->settings->recentChangesBatchSize() );
		while ( $changes !== [] ) {
			$this->queues->push( [ Jobs::injectRecentChanges( $repo, $changes ) ] );
			$this->commit();
			$jobs++;
			$count += array_sum( array_map( static fn ( array $change ) => count( $change['pages'] ), $changes ) );
			$changes = $update->recentChanges( $this->settings->recentChangesBatchSize() );
		}
		$this->metrics->count( Metric::TellJobs, $jobs );
		$this->metrics->count( Metric::ToldTitles, $count );
		$this->metrics->count( Metric::DiscardedTitles, $update->untold() );
		return $count;
	}

	/** Where the queue is in this wiki's database, it would otherwise keep every portion in memory up to the end. */
	private function commit(): void {
		$ticket = $this->loadBalancers->getEmptyTransactionTicket( __METHOD__ );
		$this->loadBalancers->commitAndWaitForReplication( __METHOD__, $ticket );
	}
}
