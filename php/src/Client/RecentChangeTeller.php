<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\WikiMap\WikiMap;

/**
 * Writes recent changes of one batch, and counts what was written.
 */
class RecentChangeTeller {

	public function __construct(
		private readonly RecentChangeWriter $writer,
		private readonly Metrics $metrics
	) {
	}

	/**
	 * To be called outside of transactions.
	 *
	 * @param string $repo site id
	 * @param list<array<string,mixed>> $changes each with the pages that are told of it, as native code made them
	 */
	public function tell( string $repo, array $changes ): void {
		$written = $this->writer->write( $repo, $changes );
		$labels = [ 'DBname' => (string)WikiMap::getCurrentWikiDbDomain()->getDatabase() ];
		$this->metrics->count( Metric::WrittenTitles, $written, $labels );
		foreach ( $changes as $change ) {
			$age = (int)wfTimestamp() - (int)wfTimestamp( TS_UNIX, $change['time'] );
			$this->metrics->time( Metric::TellDelay, (float)max( 0, $age ), $labels );
		}
	}
}
