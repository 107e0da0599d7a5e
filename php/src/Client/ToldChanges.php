<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

/**
 * What some pages have been told of changes, and what is left of a change.
 *
 * The same changes may come again in other notifications, and be merged into other runs there. So it is asked of each
 * revision of a run whether a row tells of it: one that tells of that revision, or of a run of the same user around it.
 * What makes no revision of its own (an entity that was removed or restored) is told apart by its time.
 *
 * A row has only the ends of its run. When an entity was removed and restored in part, its next revision names a parent
 * from before all that is gone, and a run that begins there seems to reach over earlier ones. So a row says nothing of
 * runs that ended long before it: to be told twice is better than never.
 */
final class ToldChanges {

	/** Actions that are merged into runs; each has a revision. */
	private const MERGED = '/~(add|update)$/';

	/** Seconds between the ends of two runs of which one may be the beginning of the other. */
	private const LONGEST = 3600;

	/** @var array<string,true> page, timestamp and what tells two changes of one second apart */
	private array $keys = [];
	/** @var array<string,list<array{user:string,after:int,upTo:int,time:int}>> revisions that were told, by page and entity */
	private array $told = [];

	/**
	 * @param int $pageId
	 * @param string $timestamp in the database's format
	 * @param string $params `rc_params` of a row
	 */
	public function add( int $pageId, string $timestamp, string $params ): void {
		$row = new RecentChangeParams( $params );
		$this->keys[self::key( $pageId, $timestamp, $row )] = true;
		$last = self::revision( $row );
		if ( $last > 0 && self::isMerged( $row ) ) {
			// A run has no id of a change, and tells of all between two of its revisions, if both are known.
			$before = (int)$row->field( 'parent_id' );
			$isRun = $row->field( 'id' ) === null && ( $before > 0 || str_ends_with( $row->field( 'type' ), '~add' ) );
			$this->told["$pageId|{$row->field( 'object_id' )}"][] = [
				'user' => (string)$row->field( 'user_text' ),
				'after' => $isRun ? $before : $last - 1,
				'upTo' => $last,
				'time' => self::seconds( $timestamp ),
			];
		}
	}

	/**
	 * @param int $pageId
	 * @param string $timestamp in the database's format
	 * @param array<string,mixed> $change as native code made it
	 * @param RecentChangeParams $row its `params`
	 * @return list<array<string,mixed>> the change, if the page has been told nothing of it; else the parts of it that
	 *  it has not been told of
	 */
	public function left( int $pageId, string $timestamp, array $change, RecentChangeParams $row ): array {
		if ( isset( $this->keys[self::key( $pageId, $timestamp, $row )] ) ) {
			return [];
		}
		// Jobs of an earlier version name no revisions; nor does a change that was sent without its details.
		$revisions = array_map( 'intval', array_values( $change['revisions'] ?? [] ) );
		if ( $revisions === [ 0 ] ) {
			$revisions = [ self::revision( $row ) ];
		}
		if ( $revisions === [] || in_array( 0, $revisions, true ) || !self::isMerged( $row ) ) {
			return [ $change ];
		}
		$told = $this->told["$pageId|{$row->field( 'object_id' )}"] ?? [];
		$user = (string)$row->field( 'user_text' );
		$latest = self::seconds( $timestamp ) + self::LONGEST;
		$isLeft = static function ( int $revision ) use ( $told, $user, $latest ): bool {
			foreach ( $told as $of ) {
				if ( $of['time'] > $latest ) {
					continue;
				}
				// A name that is hidden since is no longer there.
				$isSame = $of['user'] === $user || $of['user'] === '' || $user === '' || $revision === $of['upTo'];
				if ( $isSame && $of['after'] < $revision && $revision <= $of['upTo'] ) {
					return false;
				}
			}
			return true;
		};
		$left = array_filter( $revisions, $isLeft );
		return count( $left ) === count( $revisions ) ? [ $change ] : self::parts( $change, $row, $revisions, $left );
	}

	/**
	 * @param array<string,mixed> $change
	 * @param RecentChangeParams $row
	 * @param list<int> $revisions
	 * @param array<int,int> $left of the revisions, by their places
	 * @return list<array<string,mixed>>
	 */
	private static function parts( array $change, RecentChangeParams $row, array $revisions, array $left ): array {
		$parts = [];
		for ( $place = 0; $place < count( $revisions ); $place++ ) {
			if ( !isset( $left[$place] ) ) {
				continue;
			}
			$first = $place;
			while ( isset( $left[$place + 1] ) ) {
				$place++;
			}
			$length = $place - $first + 1;
			$parts[] = [
				'params' => $row->with( [
					'parent_id' => $first > 0 ? $revisions[$first - 1] : (int)$row->field( 'parent_id' ),
					'rev_id' => $revisions[$place],
					'revision_id' => $revisions[$place],
				] ),
				'comments' => array_slice( $change['comments'], $first, $length ),
				'revisions' => array_slice( $revisions, $first, $length ),
			] + $change;
		}
		return $parts;
	}

	/** Of a change that was sent without its details, the column of the row has it. */
	private static function revision( RecentChangeParams $row ): int {
		return (int)$row->field( 'rev_id' ) ?: (int)$row->field( 'revision_id' );
	}

	private static function isMerged( RecentChangeParams $row ): bool {
		return preg_match( self::MERGED, (string)$row->field( 'type' ) ) === 1;
	}

	private static function seconds( string $timestamp ): int {
		return (int)wfTimestamp( TS_UNIX, $timestamp );
	}

	/** Neither the form of the rest of a row nor its order matters. */
	private static function key( int $pageId, string $timestamp, RecentChangeParams $row ): string {
		return implode( '|', [ $pageId, $timestamp, ...array_map(
			static fn ( string $field ) => (string)$row->field( $field ),
			[ 'object_id', 'type', 'rev_id', 'parent_id' ]
		) ] );
	}
}
