<?php
/**
 * The databases of a farm that `create` has made, on SQLite or on MariaDB, for tests that look into them from outside:
 * plain connections, and the little in which SQL of the two differs. Nothing of MediaWiki is loaded here.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use PDO;

final class Databases {

	/** What a connection waits for a lock, in seconds. */
	private const PATIENCE = 30;

	public readonly bool $isMariaDb;
	/** @var array<string,PDO> */
	private array $connections = [];
	private readonly array $description;

	/**
	 * @param string $folder of the farm
	 */
	public function __construct( private readonly string $folder ) {
		$farm = json_decode( (string)file_get_contents( "$folder/farm.json" ), true, 32, JSON_THROW_ON_ERROR );
		$this->description = $farm['database'];
		$this->isMariaDb = $this->description['type'] === 'mariadb';
	}

	/** The connection that all of a test shares. */
	public function connection( string $wiki ): PDO {
		return $this->connections[$wiki] ??= $this->connect( $wiki );
	}

	/** A connection of its own. On MariaDB it may do everything, as the administrator. */
	public function connect( string $wiki ): PDO {
		$options = [ PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => self::PATIENCE ];
		if ( !$this->isMariaDb ) {
			return new PDO( 'sqlite:' . $this->file( $wiki ), null, null, $options );
		}
		$db = new PDO(
			"mysql:unix_socket={$this->description['socket']};dbname=$wiki",
			$this->description['administrator'],
			'',
			$options
		);
		$db->exec( 'SET SESSION innodb_lock_wait_timeout = ' . self::PATIENCE );
		return $db;
	}

	/** As whom the wikis, and so our jobs, connect on MariaDB. */
	public function user(): string {
		return $this->description['user'];
	}

	/** With which password they do. */
	public function password(): string {
		return $this->description['password'];
	}

	/** Where the server has gone meanwhile, or is about to. */
	public function disconnect(): void {
		$this->connections = [];
	}

	/** File of a wiki on SQLite. */
	public function file( string $wiki ): string {
		return "{$this->folder}/data/$wiki.sqlite";
	}

	/**
	 * Empties tables, as if nothing had ever been in them.
	 *
	 * @param string $wiki
	 * @param list<string> $tables those that the wiki does not have are none of its business
	 */
	public function clear( string $wiki, array $tables ): void {
		$db = $this->connection( $wiki );
		$present = $db->query(
			$this->isMariaDb ? 'SHOW TABLES' : "SELECT name FROM sqlite_master WHERE type = 'table'"
		)->fetchAll( PDO::FETCH_COLUMN );
		$tables = array_intersect(
			array_map( fn ( string $table ) => $this->table( $wiki, $table ), $tables ),
			$present
		);
		if ( $this->isMariaDb ) {
			foreach ( $tables as $table ) {
				// Nearly always there is nothing to do, and a DDL statement is dear.
				$db->exec( "DELETE FROM $table" );
				$db->exec( "ALTER TABLE $table AUTO_INCREMENT = 1" );
			}
			return;
		}
		$db->beginTransaction();
		foreach ( $tables as $table ) {
			$db->exec( "DELETE FROM $table" );
			$db->exec( "DELETE FROM sqlite_sequence WHERE name = '$table'" );
		}
		$db->commit();
	}

	/**
	 * Has clients say about themselves, as their extension does, that they take these formats of notifications, and
	 * give receipts if that is among them.
	 *
	 * @param string $repo
	 * @param list<string> $clients site ids
	 * @param string $formats
	 * @param int $secondsAgo when they said so
	 */
	public function mark(
		string $repo, array $clients, string $formats = 'native,native-2,entity-change,change-ids', int $secondsAgo = 0
	): void {
		$db = $this->connection( $repo );
		$table = $this->table( $repo, 'wb_changes_client' );
		$receipts = $this->table( $repo, 'wb_changes_receipt' );
		$time = gmdate( 'YmdHis', time() - $secondsAgo );
		$db->beginTransaction();
		$delete = $db->prepare( "DELETE FROM $table WHERE cc_site = ?" );
		$insert = $db->prepare(
			"INSERT INTO $table ( cc_site, cc_version, cc_formats, cc_time ) VALUES ( ?, '0.1.0', ?, ? )"
		);
		$forget = $db->prepare( "DELETE FROM $receipts WHERE crc_site = ?" );
		$begin = $db->prepare( "INSERT INTO $receipts ( crc_site, crc_receipts, crc_time ) VALUES ( ?, 'wd1h', ? )" );
		foreach ( $clients as $client ) {
			$delete->execute( [ $client ] );
			$insert->execute( [ $client, $formats, $time ] );
			$forget->execute( [ $client ] );
			if ( in_array( 'receipts', explode( ',', $formats ), true ) ) {
				$begin->execute( [ $client, $time ] );
			}
		}
		$db->commit();
	}

	/** Name that a table has in a wiki's database. */
	public function table( string $wiki, string $table ): string {
		return ( $this->description['prefixes'][$wiki] ?? '' ) . $table;
	}

	/**
	 * Completes SQL for a wiki's database.
	 *
	 * `{job}` becomes the name of the wiki's own table; `{:auto_id}` a column definition, `{:now}` the Unix time with
	 * its fraction, and `{:text X}` the bytes X as a string to compare with.
	 */
	public function sql( string $wiki, string $sql ): string {
		$sql = preg_replace_callback(
			'/\{([a-z_]+)\}/',
			fn ( array $match ): string => $this->table( $wiki, $match[1] ),
			$sql
		);
		return $this->isMariaDb
			? preg_replace( '/\{:text ([\w.]+)\}/', '$1', strtr( $sql, [
				'{:auto_id}' => 'BIGINT AUTO_INCREMENT PRIMARY KEY',
				'{:now}' => 'UNIX_TIMESTAMP( SYSDATE( 6 ) )',
			] ) )
			: preg_replace( '/\{:text ([\w.]+)\}/', 'CAST( $1 AS TEXT )', strtr( $sql, [
				'{:auto_id}' => 'INTEGER PRIMARY KEY',
				'{:now}' => "( julianday( 'now' ) - 2440587.5 ) * 86400.0",
			] ) );
	}
}
