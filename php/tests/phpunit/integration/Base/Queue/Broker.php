<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use PDO;
use RuntimeException;

/**
 * Kafka and the service that has MediaWiki run its messages, as far as a job can tell them: in a SQLite file, for the
 * processes of a farm. Its time can be moved on.
 *
 * Nothing is dropped when it is published. When its time has come to be run, a message is dropped if an equal one (by
 * its sha1) was begun more than a second after this one was published: that one saw all that this one was published
 * for. A job that fails is run twice more, later, and then given up.
 */
final class Broker {

	/** Bytes of a message. */
	public const MAX_BYTES = 4 * 1024 * 1024;
	/** Seconds; those of publishing are whole ones. */
	private const SLACK = 1;
	private const RETRIES = 2;
	private const RETRY_DELAY = 60;

	private readonly PDO $db;

	public function __construct( string $file ) {
		$this->db = new PDO( "sqlite:$file", null, null, [
			PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
			PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
			PDO::ATTR_TIMEOUT => 30,
		] );
		$this->db->exec( 'PRAGMA synchronous = OFF' );
		$this->db->exec( 'CREATE TABLE IF NOT EXISTS message (
			id INTEGER PRIMARY KEY, domain TEXT, type TEXT, sha1 TEXT, body TEXT, published INTEGER, due REAL,
			tries INTEGER DEFAULT 0, state TEXT DEFAULT \'waiting\'
		)' );
		$this->db->exec( 'CREATE TABLE IF NOT EXISTS begun ( name TEXT PRIMARY KEY, time REAL )' );
		$this->db->exec( 'CREATE TABLE IF NOT EXISTS clock ( ahead INTEGER )' );
	}

	/**
	 * @param string $body a job as a JSON object
	 * @throws RuntimeException if it is too large
	 */
	public function publish( string $body ): void {
		if ( strlen( $body ) > self::MAX_BYTES ) {
			throw new RuntimeException( 'the message has ' . strlen( $body ) . ' bytes, too many for the broker' );
		}
		$job = json_decode( $body, true );
		$now = $this->now();
		// A release time is one of the clock that everybody else has.
		$due = isset( $job['delay_until'] ) ? strtotime( $job['delay_until'] ) + $this->ahead() : $now;
		$this->run(
			'INSERT INTO message ( domain, type, sha1, body, published, due ) VALUES ( ?, ?, ?, ?, ?, ? )',
			[ $job['database'], $job['type'], $job['sha1'] ?? null, $body, (int)$now, $due ]
		);
	}

	/**
	 * The next message of a wiki that is to be run now; those that are dropped are passed over.
	 *
	 * @return array{id:int,body:string}|null
	 */
	public function next( string $domain ): ?array {
		$waiting = $this->run(
			"SELECT * FROM message WHERE domain = ? AND state = 'waiting' AND due <= ? ORDER BY due, id",
			[ $domain, $this->now() ]
		)->fetchAll();
		foreach ( $waiting as $message ) {
			if ( $this->isDuplicate( $message ) ) {
				$this->end( (int)$message['id'], 'dropped' );
				continue;
			}
			return [ 'id' => (int)$message['id'], 'body' => $this->inTime( $message['body'] ) ];
		}
		return null;
	}

	/** As it is given out when its time has come by the clock that everybody else has. */
	private function inTime( string $body ): string {
		$job = json_decode( $body, true );
		if ( isset( $job['params']['jobReleaseTimestamp'] ) ) {
			$job['params']['jobReleaseTimestamp'] -= $this->ahead();
		}
		return json_encode( $job, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES );
	}

	/** A message was run. */
	public function done( int $id ): void {
		$this->end( $id, 'done' );
	}

	/** A message was run, and failed. */
	public function failed( int $id ): void {
		$this->run(
			"UPDATE message SET tries = tries + 1, due = ?,
				state = CASE WHEN tries < ? THEN 'waiting' ELSE 'given up' END
				WHERE id = ?",
			[ $this->now() + self::RETRY_DELAY, self::RETRIES, $id ]
		);
	}

	/**
	 * Messages of a type that have not been run or dropped.
	 *
	 * @return list<string> their bodies
	 */
	public function waiting( string $domain, string $type ): array {
		return $this->run(
			"SELECT body FROM message WHERE domain = ? AND type = ? AND state = 'waiting' ORDER BY due, id",
			[ $domain, $type ]
		)->fetchAll( PDO::FETCH_COLUMN );
	}

	/** How many messages there are in a state: waiting, done, dropped, or given up. */
	public function count( string $state ): int {
		return (int)$this->run( 'SELECT COUNT(*) FROM message WHERE state = ?', [ $state ] )->fetchColumn();
	}

	/** Seconds until a wiki has a message that can be run: 0 if it has; null if it has none. */
	public function readyIn( string $domain ): ?int {
		$due = $this->run(
			"SELECT MIN( due ) FROM message WHERE domain = ? AND state = 'waiting'",
			[ $domain ]
		)->fetchColumn();
		return $due === null ? null : max( 0, (int)ceil( $due - $this->now() ) );
	}

	public function loseAll(): void {
		$this->run( 'DELETE FROM message', [] );
	}

	public function moveOn( int $seconds ): void {
		$this->run( 'INSERT INTO clock VALUES ( ? )', [ $seconds ] );
	}

	private function isDuplicate( array $message ): bool {
		if ( $message['sha1'] === null || $message['tries'] > 0 ) {
			return false;
		}
		$name = "{$message['domain']} {$message['type']} {$message['sha1']}";
		$begun = $this->run( 'SELECT time FROM begun WHERE name = ?', [ $name ] )->fetchColumn();
		if ( $begun !== false && $begun - self::SLACK > $message['published'] ) {
			return true;
		}
		$this->run( 'REPLACE INTO begun VALUES ( ?, ? )', [ $name, $this->now() ] );
		return false;
	}

	private function end( int $id, string $state ): void {
		$this->run( 'UPDATE message SET state = ? WHERE id = ?', [ $state, $id ] );
	}

	private function now(): float {
		return microtime( true ) + $this->ahead();
	}

	private function ahead(): int {
		return (int)$this->db->query( 'SELECT SUM( ahead ) FROM clock' )->fetchColumn();
	}

	private function run( string $sql, array $values ): \PDOStatement {
		$statement = $this->db->prepare( $sql );
		$statement->execute( $values );
		return $statement;
	}
}
