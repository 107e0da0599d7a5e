<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Native\NotificationDecoder;
use Psr\Log\LoggerInterface;
use Throwable;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\InvalidNotificationException;

/**
 * Does what a client has to do when it hears of changes: purge the pages that they affect, and tell of them in the
 * recent changes. A change that affects no page is normal, and needs nothing.
 */
class NotificationHandler {

	public function __construct(
		private readonly NotificationDecoder $decoder,
		private readonly UsageLookup $usages,
		private readonly PageLookup $pages,
		private readonly CachePurger $purger,
		private readonly RecentChangeWriter $recentChanges,
		private readonly BadChangeReport $badChanges,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * @param string $repo site id
	 * @param string $changes as the pass made it
	 * @throws InvalidNotificationException
	 * @throws UsageTableMissingException
	 */
	public function handle( string $repo, string $changes ): void {
		try {
			$this->update( $repo, $changes );
		} catch ( Throwable $e ) {
			$this->logger->error( 'handling a notification of {repo} failed: {exception}', [
				'repo' => $repo,
				'exception' => $e,
				'code' => $e->getCode(),
				'retryable' => $e instanceof DispatchException ? $e->isRetryable() : true,
			] );
			throw $e;
		}
	}

	private function update( string $repo, string $changes ): void {
		$notification = $this->decoder->decode( $changes );
		$this->badChanges->report(
			$notification->badChanges(), "a notification of $repo", [ 'repo' => $repo ]
		);

		$decoded = $notification->changes();
		$usages = $this->usages->usages( $notification->entityIds() );
		$pageIds = array_map( static fn ( array $change ) => AffectedPages::ofChange( $change, $usages ), $decoded );
		$pages = $this->pages->pages( array_values( array_unique( array_merge( ...$pageIds ) ) ) );
		$this->purger->purge( $pages, $repo );
		$rows = $this->recentChanges->write( $repo, $this->affected( $decoded, $pageIds, $pages ) );

		$this->logger->info( 'handled {changes} changes of {repo}, which affect {pages} pages', [
			'repo' => $repo,
			'changes' => count( $decoded ),
			'badChangeCount' => count( $notification->badChanges() ),
			'pages' => count( $pages ),
			'recentChanges' => $rows,
		] );
	}

	/**
	 * @param list<array> $changes
	 * @param list<list<int>> $pageIds of each change
	 * @param array<int,ClientPage> $pages those that exist, by id
	 * @return iterable<array{0:array,1:ClientPage}> each change with each page that it affects
	 */
	private function affected( array $changes, array $pageIds, array $pages ): iterable {
		foreach ( $changes as $i => $change ) {
			foreach ( $pageIds[$i] as $pageId ) {
				if ( isset( $pages[$pageId] ) ) {
					yield [ $change, $pages[$pageId] ];
				}
			}
		}
	}
}
