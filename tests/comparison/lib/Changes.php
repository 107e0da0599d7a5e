<?php
/**
 * The changes of the repo, read from the data without any of the code under test.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchDemo\Data;

class Changes {

	/** @var array<string,list<array>> rows by entity, in ascending id */
	private array $byEntity = [];
	/** @var array<string,true> */
	private array $sites = [];

	public function __construct( Data $data ) {
		foreach ( $data->rows( 'wb_changes' ) as $row ) {
			$info = json_decode( $row['change_info'], true );
			$row['id'] = (int)$row['change_id'];
			$row['metadata'] = $info['metadata'];
			$row['diff'] = json_decode( $info['compactDiff'] ?? '{}', true );
			$row['links'] = (array)( $row['diff']['siteLinkChanges'] ?? [] );
			$this->byEntity[$row['change_object_id']][] = $row;
			$this->sites += array_fill_keys( array_keys( $row['links'] ), true );
		}
		// Also the repo, of which no site link has to tell.
		foreach ( $data->rows( 'wb_changes_subscription' ) as $row ) {
			$this->sites[$row['cs_subscriber_id']] = true;
		}
	}

	/**
	 * @return list<string>
	 */
	public function sites(): array {
		return array_keys( $this->sites );
	}

	/**
	 * @return list<string> `5=Alice`, of those who were logged in
	 */
	public function accounts(): array {
		$accounts = [];
		foreach ( array_merge( ...array_values( $this->byEntity ) ) as $row ) {
			if ( $row['change_user_id'] !== '0' ) {
				$accounts["{$row['change_user_id']}={$row['metadata']['user_text']}"] = true;
			}
		}
		return array_keys( $accounts );
	}

	/**
	 * @param list<int> $ids
	 * @return list<array> rows
	 */
	public function of( array $ids ): array {
		$wanted = array_flip( $ids );
		return array_values( array_filter(
			array_merge( ...array_values( $this->byEntity ) ),
			static fn ( array $row ) => isset( $wanted[$row['id']] )
		) );
	}

	/**
	 * @return array<string,list<array>>
	 */
	public function byEntity(): array {
		return $this->byEntity;
	}

	/**
	 * The changes that a row of the recent changes tells of: one, or a run by one user from a parent to a revision.
	 *
	 * @param array $told what its `rc_params` say
	 * @return list<array>
	 */
	public function told( array $told ): array {
		$all = $this->byEntity[$told['object_id']] ?? [];
		if ( $told['id'] !== null ) {
			return array_values( array_filter( $all, static fn ( array $row ) => $row['id'] === $told['id'] ) );
		}
		return array_values( array_filter( $all, static fn ( array $row ) =>
			$row['metadata']['rev_id'] > $told['parent_id'] && $row['metadata']['rev_id'] <= $told['rev_id']
			&& $row['metadata']['page_id'] === $told['page_id']
			&& $row['metadata']['user_text'] === $told['user_text'] ) );
	}

	/** Whether the entity was deleted in the end, so that none of its revisions could be loaded any more. */
	public function isDeleted( string $entity ): bool {
		$deleted = false;
		foreach ( $this->byEntity[$entity] as $row ) {
			$deleted = match ( explode( '~', $row['change_type'] )[1] ) {
				'remove' => true,
				'restore' => false,
				default => $deleted,
			};
		}
		return $deleted;
	}

	/**
	 * Whether the run that these changes are of, as Wikibase sees it, touches a change which carries the revision of
	 * another page: then it could not load what to compare.
	 *
	 * @param list<array> $changes
	 */
	public function isBesideAnotherPage( array $changes ): bool {
		$all = $this->byEntity[$changes[0]['change_object_id']];
		$ids = array_column( $all, 'id' );
		$first = array_search( $changes[0]['id'], $ids );
		$last = array_search( end( $changes )['id'], $ids );
		foreach ( [ $first - 1, $last + 1 ] as $place ) {
			$neighbour = $all[$place] ?? null;
			if ( $neighbour !== null && $neighbour['metadata']['page_id'] !== $changes[0]['metadata']['page_id']
				&& $neighbour['metadata']['user_text'] === $changes[0]['metadata']['user_text']
			) {
				return true;
			}
		}
		return false;
	}
}
