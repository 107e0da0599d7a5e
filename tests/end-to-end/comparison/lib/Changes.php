<?php
/**
 * The changes of the repo, read from the data without any of the code under test.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchTests\Data;

class Changes {

	private const QUALIFIERS_ALONE = [ 'arrayFormatVersion', 'statementChangesQualOrRefOnly' ];

	/** @var array<string,list<array>> rows by entity, in ascending id */
	private array $byEntity = [];
	/** @var array<string,true> */
	private array $sites = [];
	/** Whether the Wikibase that wrote them tracks statements with qualifiers apart from those without. */
	public readonly bool $tracksQualifiers;
	/** Whether it writes statements with changed values, and those with changed qualifiers, apart from each other. */
	public readonly bool $hasTwoLists;

	public function __construct( Data $data ) {
		$tracksQualifiers = $hasTwoLists = false;
		foreach ( $data->rows( 'wb_changes' ) as $row ) {
			$info = json_decode( $row['change_info'], true );
			$row['id'] = (int)$row['change_id'];
			$row['metadata'] = $info['metadata'];
			$row['diff'] = json_decode( $info['compactDiff'] ?? '{}', true );
			$row['links'] = (array)( $row['diff']['siteLinkChanges'] ?? [] );
			$this->byEntity[$row['change_object_id']][] = $row;
			$hasTwoLists = $hasTwoLists || isset( $row['diff']['statementChangesQualOrRefOnly'] );
			// One that does not, writes no change of nothing but qualifiers.
			$said = array_keys( array_filter( $row['diff'] ) );
			$tracksQualifiers = $tracksQualifiers || $said === self::QUALIFIERS_ALONE;
			$this->sites += array_fill_keys( array_keys( $row['links'] ), true );
		}
		$this->tracksQualifiers = $tracksQualifiers;
		$this->hasTwoLists = $hasTwoLists;
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
		$run = [];
		$user = null;
		foreach ( array_reverse( $all ) as $row ) {
			$metadata = $row['metadata'];
			if ( $metadata['rev_id'] === $told['rev_id'] ) {
				// The row need not say who it was, if that is hidden.
				$user ??= $metadata['user_text'];
			}
			$isOfRun = $metadata['page_id'] === $told['page_id'] && $metadata['user_text'] === $user;
			if ( $isOfRun ) {
				array_unshift( $run, $row );
				// A deletion and a restoration have no revision, and the parent of what follows is from before.
				if ( $metadata['parent_id'] === $told['parent_id'] ) {
					break;
				}
			}
		}
		return $run;
	}

	/** Whether the entity was deleted in the end, so that none of its revisions could be loaded any more. */
	public function isDeleted( string $entity ): bool {
		$deleted = false;
		foreach ( $this->byEntity[$entity] ?? [] as $row ) {
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
