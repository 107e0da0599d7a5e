<?php
/**
 * What a farm holds, in the form of the recorded data that tests/end-to-end/comparison reads: its rules and
 * reasons are the same for both.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential;

use WikibaseDispatchTests\Data;
use WikibaseDispatchTests\Farm;
use WikibaseDispatchDifferential\Wiki\State;

class LiveData extends Data {

	/** @var array<string,list<array<string,?string>>> what decides which wikis get a change, and changes when pages are parsed */
	private readonly array $before;

	/** To be made before the changes are dispatched. */
	public function __construct( private readonly Farm $farm ) {
		$before = [ 'wb_changes_subscription' => $this->table( $farm->repo, 'wb_changes_subscription' ) ];
		foreach ( $farm->wikis as $wiki ) {
			$before["$wiki.wbc_entity_usage"] = $this->table( $wiki, 'wbc_entity_usage' );
		}
		$this->before = $before;
	}

	/** @inheritDoc */
	public function has( string $table ): bool {
		return in_array( $table, [ 'wb_changes', 'hidden_revision', 'failed_change' ], true )
			|| isset( $this->before[$table] );
	}

	/** @inheritDoc */
	public function rows( string $table ): iterable {
		return match ( $table ) {
			'wb_changes' => ( new Record( $this->farm ) )->changes(),
			'hidden_revision' => $this->hiddenRevisions(),
			'failed_change' => $this->failedChanges(),
			default => $this->before[$table] ?? $this->table( ...explode( '.', $table ) ),
		};
	}

	/** Also those that are shown again. */
	private function hiddenRevisions(): array {
		$repo = $this->farm->repo;
		$ids = [ 0 ];
		foreach ( $this->farm->rows(
			$repo,
			"SELECT log_params FROM {logging} WHERE {:text log_action} = 'revision'"
		) as $row ) {
			array_push( $ids, ...unserialize( $row['log_params'], [ 'allowed_classes' => false ] )['5::ids'] );
		}
		$list = implode( ', ', array_map( 'intval', $ids ) );
		return $this->farm->rows(
			$repo, "SELECT rev_id, rev_page, rev_deleted FROM {revision} WHERE rev_id IN ( $list )"
		);
	}

	/** Changes of notifications that Wikibase's own client could not handle. */
	private function failedChanges(): array {
		$file = State::failedFile( "{$this->farm->folder}/state.json" );
		return array_map(
			static fn ( string $line ) => json_decode( $line, true ),
			is_file( $file ) ? file( $file, FILE_IGNORE_NEW_LINES ) : []
		);
	}

	private function table( string $wiki, string $name ): array {
		return $this->farm->rows( $wiki, "SELECT * FROM {{$name}}" );
	}
}
