<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Receipt;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\DatabaseClock;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RepoDatabase;
use Wikimedia\Rdbms\IDatabase;

/**
 * The repo's side of receipts: `wb_changes_receipt`, where each client writes its own row, and `wb_changes_sent`, which
 * the repo alone writes.
 */
class ReceiptTable {

	private const NAME = 'wb_changes_receipt';
	private const SENT = 'wb_changes_sent';

	public function __construct( private readonly RepoDatabase $repo ) {
	}

	/** Whether update.php has made the tables. */
	public function isThere(): bool {
		return $this->db()->tableExists( self::NAME, __METHOD__ ) && $this->db()->tableExists( self::SENT, __METHOD__ );
	}

	/** What a client has reported last; null if it never has. */
	public function said( string $siteId ): ?string {
		return $this->field( self::NAME, 'crc_receipts', [ 'crc_site' => $siteId ] );
	}

	/** What the repo has noted of a client; null if it has not. */
	public function sent( string $siteId ): ?string {
		return $this->field( self::SENT, 'csn_passes', [ 'csn_site' => $siteId ] );
	}

	public function write( string $siteId, string $receipts ): void {
		$set = [ 'crc_receipts' => $receipts, 'crc_time' => DatabaseClock::now( $this->db() ) ];
		$this->db()->upsert( self::NAME, [ 'crc_site' => $siteId ] + $set, [ [ 'crc_site' ] ], $set, __METHOD__ );
	}

	private function field( string $table, string $field, array $where ): ?string {
		$text = $this->db()->newSelectQueryBuilder()
			->select( $field )->from( $table )->where( $where )->caller( __METHOD__ )->fetchField();
		return $text === false ? null : (string)$text;
	}

	private function db(): IDatabase {
		return $this->repo->primary();
	}
}
