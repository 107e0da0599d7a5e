<?php
/**
 * Writes down, by triggers of the database, every job of a wiki that purges or parses pages, and every row that
 * Wikibase writes of an edit, whatever pushes it and becomes of it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential;

use WikibaseDispatchTests\Farm;

class Record {

	private const CHANGE = [
		'change_id', 'change_type', 'change_time', 'change_object_id', 'change_revision_id', 'change_user_id',
		'change_info',
	];

	public function __construct( private readonly Farm $farm ) {
	}

	public function install(): void {
		foreach ( $this->farm->wikis as $wiki ) {
			$this->farm->execute( $wiki, 'CREATE TABLE seen_job (
				seen_id {:auto_id}, job_cmd VARCHAR(60) NOT NULL, job_namespace INTEGER NOT NULL,
				job_title VARCHAR(255) NOT NULL, job_params MEDIUMBLOB NOT NULL
			)' );
			$this->farm->execute( $wiki, "CREATE TRIGGER seen_job AFTER INSERT ON {job} FOR EACH ROW BEGIN
				INSERT INTO seen_job ( job_cmd, job_namespace, job_title, job_params )
				SELECT {:text NEW.job_cmd}, NEW.job_namespace, {:text NEW.job_title}, NEW.job_params
				WHERE {:text NEW.job_cmd} IN ( 'htmlCacheUpdate', 'refreshLinks' );
			END" );
		}
		$this->installForChanges();
	}

	private function installForChanges(): void {
		$repo = $this->farm->repo;
		$this->farm->execute( $repo, 'CREATE TABLE seen_change (
			change_id INTEGER, change_type VARBINARY(25), change_time VARBINARY(14), change_object_id VARBINARY(14),
			change_revision_id INTEGER, change_user_id INTEGER, change_info MEDIUMBLOB
		)' );
		$names = implode( ', ', self::CHANGE );
		$values = implode( ', ', array_map( static fn ( string $name ) => "NEW.$name", self::CHANGE ) );
		$this->farm->execute( $repo, "CREATE TRIGGER seen_change AFTER INSERT ON {wb_changes} FOR EACH ROW BEGIN
			INSERT INTO seen_change ( $names ) VALUES ( $values );
		END" );
		// A merge is two edits in one request, and the second has the rows of the first written anew. Other updates are
		// no news of an edit: a summary that is hidden is taken out of its row.
		$assignments = implode( ', ', array_map( static fn ( string $name ) => "$name = NEW.$name", self::CHANGE ) );
		$this->farm->execute( $repo, "CREATE TRIGGER seen_change_again AFTER UPDATE ON {wb_changes} FOR EACH ROW BEGIN
			UPDATE seen_change SET $assignments
			WHERE change_id = NEW.change_id AND change_revision_id <> NEW.change_revision_id;
		END" );
	}

	/**
	 * What was put into a queue since it was last asked for.
	 *
	 * @return list<array<string,mixed>>
	 */
	public function takeJobs( string $wiki ): array {
		$jobs = $this->farm->rows( $wiki, 'SELECT * FROM seen_job ORDER BY seen_id' );
		$this->farm->execute( $wiki, 'DELETE FROM seen_job' );
		return $jobs;
	}

	/**
	 * @return list<array<string,?string>> all rows of `wb_changes` that there have been
	 */
	public function changes(): array {
		return array_map(
			static fn ( array $row ) => array_map( strval( ... ), $row ),
			$this->farm->rows( $this->farm->repo, 'SELECT * FROM seen_change ORDER BY change_id' )
		);
	}
}
