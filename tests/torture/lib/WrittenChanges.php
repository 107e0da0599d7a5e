<?php
/**
 * The real changes written over and over, by several writers, under the ids that the database gives them; a note of
 * which is which, made in the same transaction; and what is due then: the same to the same clients, because
 * subscriptions and site links stay.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use PDO;

class WrittenChanges {

	public function __construct( private readonly Farm $farm ) {
	}

	public function install(): void {
		// Without a change, it was rolled back.
		$this->farm->execute( $this->farm->repo, 'CREATE TABLE demo_written (
			written_id {:auto_id}, written_change BIGINT NULL, written_original BIGINT NOT NULL,
			written_time DOUBLE NOT NULL
		)' );
	}

	/**
	 * @param bool $fromAny whether to begin with any of them, by chance
	 * @return iterable<array<string,?string>> the real changes in both forms, without end
	 */
	public static function rows( bool $fromAny = false ): iterable {
		$rows = iterator_to_array( ( new Data( Data::DEFAULT_FOLDER ) )->rows( 'wb_changes' ), false );
		$rows = array_map( MixedForms::of( ... ), $rows );
		if ( $fromAny ) {
			$first = mt_rand( 0, count( $rows ) - 1 );
			$rows = [ ...array_slice( $rows, $first ), ...array_slice( $rows, 0, $first ) ];
		}
		while ( true ) {
			yield from $rows;
		}
	}

	/**
	 * Writes changes within the transaction that is open on a connection to the repo.
	 *
	 * @param PDO $db
	 * @param list<array<string,?string>> $changes
	 */
	public function write( PDO $db, array $changes ): void {
		foreach ( $changes as $change ) {
			$original = (int)$change['change_id'];
			unset( $change['change_id'] );
			$columns = implode( ', ', array_keys( $change ) );
			$values = implode( ', ', array_fill( 0, count( $change ), '?' ) );
			$this->run( $db, "INSERT INTO {wb_changes} ( $columns ) VALUES ( $values )", array_values( $change ) );
			$this->note( $db, (int)$db->lastInsertId(), $original );
		}
	}

	/**
	 * Notes that changes were rolled back, when they have been.
	 *
	 * @param PDO $db
	 * @param list<array<string,?string>> $changes
	 */
	public function noteRolledBack( PDO $db, array $changes ): void {
		foreach ( $changes as $change ) {
			$this->note( $db, null, (int)$change['change_id'] );
		}
	}

	public function rolledBack(): int {
		return $this->farm->number(
			$this->farm->repo,
			'SELECT COUNT(*) FROM demo_written WHERE written_change IS NULL'
		);
	}

	/**
	 * @return array<int,int> id of each change that was committed => id of the real change that it repeats
	 */
	public function committed(): array {
		$rows = $this->farm->rows( $this->farm->repo, 'SELECT written_change, written_original FROM demo_written
			WHERE written_change IS NOT NULL ORDER BY written_change' );
		return array_map( 'intval', array_column( $rows, 'written_original', 'written_change' ) );
	}

	/** Id of the last change that was committed; 0 if none was. */
	public function last(): int {
		return $this->farm->number( $this->farm->repo, 'SELECT MAX( written_change ) FROM demo_written' );
	}

	/**
	 * @return array<int,float> id of each change that was committed => Unix time at which it was written
	 */
	public function times(): array {
		$rows = $this->farm->rows( $this->farm->repo, 'SELECT written_change, written_time FROM demo_written
			WHERE written_change IS NOT NULL ORDER BY written_change' );
		return array_map( 'floatval', array_column( $rows, 'written_time', 'written_change' ) );
	}

	/**
	 * What is due of those changes that were committed.
	 *
	 * @param array<int,int> $committed id => id of the real change
	 * @return array<string,array<int,true>> client => change id => true
	 */
	public static function due( array $committed ): array {
		$due = [];
		foreach ( ( new Data( Data::DEFAULT_FOLDER ) )->expectedDeliveries() as $client => $changes ) {
			$due[$client] = array_map(
				static fn () => true,
				array_filter( $committed, static fn ( int $original ) => isset( $changes[$original] ) )
			);
		}
		return $due;
	}

	private function note( PDO $db, ?int $change, int $original ): void {
		$this->run( $db, 'INSERT INTO demo_written ( written_change, written_original, written_time )
			VALUES ( ?, ?, {:now} )', [ $change, $original ] );
	}

	private function run( PDO $db, string $sql, array $values ): void {
		$db->prepare( $this->farm->databases->sql( $this->farm->repo, $sql ) )->execute( $values );
	}
}
