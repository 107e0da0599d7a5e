<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

use Wikimedia\Rdbms\IDatabase;

/**
 * `wb_changes_rebuild`, on the repo, so that there is one place to look at for all clients.
 */
class RebuildStore {

	private const NAME = 'wb_changes_rebuild';

	public function __construct( private readonly RepoDatabase $repo ) {
	}

	/** Whether update.php has made the table. */
	public function isThere(): bool {
		return $this->db()->tableExists( self::NAME, __METHOD__ );
	}

	/** Null: there was never a rebuild for the client. */
	public function load( string $siteId ): ?RebuildState {
		return self::read( $this->db(), $siteId );
	}

	/**
	 * @param IDatabase $db of the repo
	 * @param string $siteId
	 * @return RebuildState|null null: there was never a rebuild for the client
	 */
	public static function read( IDatabase $db, string $siteId ): ?RebuildState {
		$row = $db->newSelectQueryBuilder()
			->select( [
				'crb_phase', 'crb_after', 'crb_seen', 'crb_added', 'crb_removed', 'crb_started', 'crb_touched',
			] )
			->from( self::NAME )
			->where( [ 'crb_site' => $siteId ] )
			->caller( __METHOD__ )
			->fetchRow();
		return $row ? new RebuildState(
			RebuildPhase::from( $row->crb_phase ),
			(string)$row->crb_after,
			(int)$row->crb_seen,
			(int)$row->crb_added,
			(int)$row->crb_removed,
			(string)$row->crb_started,
			(string)$row->crb_touched
		) : null;
	}

	/** Begins anew. */
	public function begin( string $siteId ): RebuildState {
		$state = RebuildState::begin( $this->now() );
		$this->db()->replace(
			self::NAME, 'crb_site', [ 'crb_site' => $siteId ] + $this->columns( $state ), __METHOD__
		);
		return $state;
	}

	/**
	 * @param string $siteId
	 * @param RebuildState $from
	 * @param RebuildState $to
	 * @return bool false: another process has advanced it meanwhile, and goes on
	 */
	public function advance( string $siteId, RebuildState $from, RebuildState $to ): bool {
		$db = $this->db();
		$db->update( self::NAME, $this->columns( $to ), [
			'crb_site' => $siteId,
			'crb_phase' => $from->phase->value,
			'crb_after' => $from->after,
			'crb_started' => $from->started,
			'crb_seen' => $from->seen,
		], __METHOD__ );
		return $db->affectedRows() > 0;
	}

	public function now(): string {
		return $this->db()->timestamp();
	}

	private function columns( RebuildState $state ): array {
		return [
			'crb_phase' => $state->phase->value,
			'crb_after' => $state->after,
			'crb_seen' => $state->seen,
			'crb_added' => $state->added,
			'crb_removed' => $state->removed,
			'crb_started' => $state->started,
			'crb_touched' => $state->touched,
		];
	}

	private function db(): IDatabase {
		return $this->repo->primary();
	}
}
