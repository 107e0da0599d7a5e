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
		$affected = $this->affected( $decoded, $this->usages->usages( $notification->entityIds() ) );
		$pages = [];
		foreach ( $affected as [ , $pagesOfChange ] ) {
			$pages += array_column( $pagesOfChange, null, 'id' );
		}
		$this->purger->purge( $pages, $repo );
		$rows = $this->recentChanges->write( $repo, $affected );

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
	 * @param array<string,array<string,list<int>>> $usages
	 * @return list<array{0:array,1:list<ClientPage>}> changes that affect pages, with those
	 */
	private function affected( array $changes, array $usages ): array {
		$pageIds = array_map( static fn ( array $change ) => AffectedPages::ofChange( $change, $usages ), $changes );
		$pages = $this->pages->pages( array_values( array_unique( array_merge( ...$pageIds ) ) ) );
		$affected = [];
		foreach ( $changes as $i => $change ) {
			$existing = array_intersect_key( $pages, array_flip( $pageIds[$i] ) );
			if ( $existing !== [] ) {
				$affected[] = [ $change, array_values( $existing ) ];
			}
		}
		return $affected;
	}
}
