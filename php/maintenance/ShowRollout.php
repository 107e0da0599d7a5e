<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * Shows whether Wikibase or this extension dispatches to a client, and how the two differ for clients in shadow.
 */
class ShowRollout extends RepoScript {

	/** Ids shown of each kind of difference. */
	private const SHOWN = 10;

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Shows whether Wikibase or WikibaseDispatch serves each client, and how they differ for clients in shadow.'
		);
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$report = WikibaseDispatchServices::rolloutReport( $services );
		$overview = $report->read();
		$this->output( 'Wikibase\'s own dispatching ' . match ( $overview->wikibase ) {
			null => "serves every client.\n",
			AppliedRollout::IDLE => "serves no client.\n",
			default => "serves some clients, and is done with all changes up to ID {$overview->floor}.\n",
		} );
		$line = "%-32s %-10s %-8s %10s %s\n";
		$this->output( sprintf( $line, 'Client', 'Configured', 'Is', 'Seen', 'Differences' ) );
		foreach ( $overview->rows as $row ) {
			$this->output( sprintf(
				$line, $row->client, $row->configured, $row->applied, $row->seen ?? '-',
				$row->applied === AppliedRollout::SHADOW
					? $this->differences( $report->differences( $overview, $row ) )
					: ''
			) );
		}
		return true;
	}

	/**
	 * @param array<int,list<int>> $differences
	 */
	private function differences( array $differences ): string {
		return $this->ids( 'only Wikibase', $differences[ShadowRecord::WIKIBASE] ) . ', '
			. $this->ids( 'only WikibaseDispatch', $differences[ShadowRecord::OURS] );
	}

	private function ids( string $whose, array $ids ): string {
		$shown = implode( ', ', array_slice( $ids, 0, self::SHOWN ) ) . ( count( $ids ) > self::SHOWN ? ', …' : '' );
		return $whose . ': ' . count( $ids ) . ( $ids === [] ? '' : " ($shown)" );
	}
}

$maintClass = ShowRollout::class;
require_once RUN_MAINTENANCE_IF_MAIN;
