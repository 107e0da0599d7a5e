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
		$store = WikibaseDispatchServices::rolloutStore( $services );
		$wanted = WikibaseDispatchServices::wikiSettings( $services )->rollout();
		$applied = $store->load();
		$this->output( 'Wikibase\'s own dispatching ' . match ( $applied->wikibase() ) {
			null => "serves every client.\n",
			AppliedRollout::IDLE => "serves no client.\n",
			default => "serves some clients, and is done with all changes up to ID {$applied->floor()}.\n",
		} );
		$seen = $store->seen( $wanted->clients() );
		$row = "%-32s %-10s %-8s %10s %s\n";
		$this->output( sprintf( $row, 'Client', 'Configured', 'Is', 'Seen', 'Differences' ) );
		foreach ( $wanted->clients() as $client ) {
			$is = $applied->of( $client ) ?? ( $applied->wikibase() === AppliedRollout::IDLE ? 'on' : 'off' );
			$this->output( sprintf(
				$row, $client, $wanted->of( $client )->value, $is, $seen[$client] ?? '-',
				$is === AppliedRollout::SHADOW
					? $this->differences( $client, min( $seen[$client] ?? 0, $applied->floor() ) )
					: ''
			) );
		}
		return true;
	}

	private function differences( string $client, int $upTo ): string {
		$record = WikibaseDispatchServices::shadowRecord( MediaWikiServices::getInstance() );
		$differences = $record->differences( $client, $upTo );
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
