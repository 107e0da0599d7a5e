<?php
/**
 * A farm that tests/support/farm/create has made, seen from outside: plain SQL on its files, and its maintenance
 * scripts as processes. Nothing of MediaWiki or of the code under test is loaded here, so that what this side counts
 * is independent of both.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDemo;

use PDO;
use RuntimeException;

class Farm {

	public readonly string $repo;
	/** @var list<string> */
	public readonly array $wikis;
	public readonly int $queueClaimTtl;
	/** @var array<string,PDO> */
	private array $connections = [];

	public function __construct( public readonly string $folder ) {
		$farm = json_decode( (string)file_get_contents( "$folder/farm.json" ), true, 32, JSON_THROW_ON_ERROR );
		$this->repo = $farm['repo'];
		$this->wikis = $farm['wikis'];
		$this->queueClaimTtl = $farm['queueClaimTtl'];
		if ( !is_dir( "$folder/log" ) ) {
			mkdir( "$folder/log" );
		}
	}

	public function database( string $wiki ): PDO {
		return $this->connections[$wiki] ??= new PDO( "sqlite:{$this->folder}/data/$wiki.sqlite", null, null, [
			PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
			PDO::ATTR_TIMEOUT => 30,
		] );
	}

	public function number( string $wiki, string $sql ): int {
		return (int)$this->database( $wiki )->query( $sql )->fetchColumn();
	}

	/**
	 * Starts a maintenance script of a wiki. The process is PHP itself (no shell stays between), so that its id is
	 * the one to signal.
	 *
	 * @param list<string> $arguments
	 */
	public function start( string $wiki, string $script, array $arguments = [] ): Process {
		return new Process(
			[ "{$this->folder}/mw", $wiki, $script, ...$arguments ],
			"{$this->folder}/log/$wiki." . basename( $script, '.php' ) . '.log'
		);
	}

	/**
	 * Runs a maintenance script of a wiki to its end.
	 *
	 * @param list<string> $arguments
	 */
	public function run( string $wiki, string $script, array $arguments = [], int $limit = 120 ): void {
		$process = $this->start( $wiki, $script, $arguments );
		$deadline = microtime( true ) + $limit;
		while ( $process->isRunning() ) {
			if ( microtime( true ) > $deadline ) {
				$process->kill();
				throw new RuntimeException( "$script of $wiki has not ended within $limit s; see {$process->log}" );
			}
			usleep( 20_000 );
		}
		$process->assertSuccess();
	}

	/**
	 * How many jobs a wiki has, by what can become of them now.
	 *
	 * @return array{ready:int,claimed:int,abandoned:int} ready: a runner would take it (or take it back from a runner
	 *   that died); claimed: some runner has it; abandoned: the queue has given it up after three attempts
	 */
	public function jobs( string $wiki ): array {
		$expired = gmdate( 'YmdHis', time() - $this->queueClaimTtl );
		$row = $this->database( $wiki )->query(
			"SELECT
				COUNT( CASE WHEN job_token = '' OR ( job_attempts < 3 AND job_token_timestamp < '$expired' )
					THEN 1 END ) AS ready,
				COUNT( CASE WHEN job_token <> '' AND job_attempts >= 3 AND job_token_timestamp < '$expired'
					THEN 1 END ) AS abandoned,
				COUNT(*) AS total
			FROM job"
		)->fetch( PDO::FETCH_ASSOC );
		return [
			'ready' => (int)$row['ready'],
			'claimed' => (int)$row['total'] - (int)$row['ready'] - (int)$row['abandoned'],
			'abandoned' => (int)$row['abandoned'],
		];
	}

	/** Rows of recent changes that came from the repo (rc_type 5 is MediaWiki's RC_EXTERNAL). */
	public function recentChanges( string $wiki ): int {
		return $this->number( $wiki, 'SELECT COUNT(*) FROM recentchanges WHERE rc_type = 5' );
	}

	/** chd_seen of a client; null when it has no dispatch state. */
	public function seen( string $client ): ?int {
		$statement = $this->database( $this->repo )->prepare(
			'SELECT chd_seen FROM wb_changes_dispatch WHERE CAST( chd_site AS TEXT ) = ?'
		);
		$statement->execute( [ $client ] );
		$seen = $statement->fetchColumn();
		return $seen === false ? null : (int)$seen;
	}

	public function lastChange(): int {
		return $this->number( $this->repo, 'SELECT COALESCE( MAX( change_id ), 0 ) FROM wb_changes' );
	}
}
