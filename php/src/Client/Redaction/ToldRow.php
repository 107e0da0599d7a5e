<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Redaction;

use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeParams;
use stdClass;

/**
 * A row of `recentchanges` that tells of a change on the repo, or of a run of changes.
 */
final class ToldRow {

	public readonly int $id;
	/** `rc_deleted`: what of it is hidden. */
	public readonly int $deleted;
	private readonly RecentChangeParams $params;

	/**
	 * @param stdClass $row `rc_id`, `rc_deleted`, `rc_params`
	 */
	public function __construct( stdClass $row ) {
		$this->id = (int)$row->rc_id;
		$this->deleted = (int)$row->rc_deleted;
		$this->params = new RecentChangeParams( (string)$row->rc_params );
	}

	/**
	 * @param string $entity
	 * @param list<int> $revisions
	 * @return bool whether it tells of any of them
	 */
	public function tellsOf( string $entity, array $revisions ): bool {
		if ( $this->params->field( 'object_id' ) !== $entity ) {
			return false;
		}
		return array_filter( $revisions, $this->tellsOfRevision( ... ) ) !== [];
	}

	/**
	 * @param int $revision of its entity
	 */
	public function tellsOfRevision( int $revision ): bool {
		$last = $this->lastRevision();
		$before = (int)$this->params->field( 'parent_id' );
		// A run is all that happened to the entity between two of its revisions.
		return $revision === $last || ( $this->isRun() && $before < $revision && $revision < $last );
	}

	/** What it links to. */
	public function lastRevision(): int {
		return (int)$this->params->field( 'rev_id' );
	}

	/** Whether it tells of several changes at once: such a row has no id of a change. */
	public function isRun(): bool {
		return $this->params->field( 'id' ) === null;
	}

	/** `rc_params` without the summary. */
	public function paramsWithoutSummary(): string {
		return $this->params->without( RecentChangeParams::SUMMARY );
	}
}
