<?php
/**
 * A farm that tests/support/farm/create has made, seen from outside: plain SQL on its databases, and its maintenance
 * scripts as processes. Nothing of MediaWiki or of the code under test is loaded here, so that what this side counts
 * is independent of both.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

class Farm {

	/** The maintenance scripts of the tests. */
	public const SCRIPTS = __DIR__ . '/../scripts';
	private const CREATE = __DIR__ . '/../farm/create';

	public readonly string $repo;
	/** @var list<string> */
	public readonly array $wikis;
	public readonly int $queueClaimTtl;
	public readonly Databases $databases;

	public function __construct( public readonly string $folder ) {
		$farm = json_decode( (string)file_get_contents( "$folder/farm.json" ), true, 32, JSON_THROW_ON_ERROR );
		$this->repo = $farm['repo'];
		$this->wikis = $farm['wikis'];
		$this->queueClaimTtl = $farm['queueClaimTtl'];
		$this->databases = new Databases( $folder );
		if ( !is_dir( "$folder/log" ) ) {
			mkdir( "$folder/log" );
		}
	}

	/**
	 * Makes a farm; a server that it has ends with this process.
	 *
	 * @param string $folder empty or missing
	 * @param string $database `mariadb` or `sqlite`
	 * @param string ...$options of tests/support/farm/create
	 */
	protected static function make( string $folder, string $database, string ...$options ): void {
		$owner = $database === 'mariadb' ? [ '--owner', (string)getmypid() ] : [];
		try {
			Shell::run( self::CREATE, $folder, '--database', $database, ...$owner, ...$options );
		} catch ( RuntimeException $e ) {
			Shell::run( 'rm', '-rf', '--', $folder );
			throw $e;
		}
	}

	/** Ends its server, if it has one, and removes its folder. */
	public function remove(): void {
		$this->databases->disconnect();
		if ( is_file( "{$this->folder}/server" ) ) {
			Shell::run( "{$this->folder}/server", 'stop' );
		}
		Shell::run( 'rm', '-rf', '--', $this->folder );
	}

	/**
	 * Has the farm's next processes find something else in its description.
	 *
	 * @param array<string,mixed> $changes
	 */
	protected function describe( array $changes ): void {
		$file = "{$this->folder}/farm.json";
		$farm = json_decode( (string)file_get_contents( $file ), true, 32, JSON_THROW_ON_ERROR );
		file_put_contents( $file, json_encode( $changes + $farm, JSON_UNESCAPED_SLASHES ) );
	}

	/**
	 * Has the farm's next processes use another job queue.
	 *
	 * @param array<string,mixed>|null $configuration an entry of `$wgJobTypeConf`; what is not MediaWiki's of its
	 *   classes stands in `autoload`, with the file; null: jobs in the wiki's database
	 */
	public function setJobQueue( ?array $configuration ): void {
		$this->describe( [ 'jobQueue' => $configuration ] );
	}

	/** Has the farm's next processes find an entry of `$wgWikibaseDispatchSettings` changed. */
	public function changeSetting( string $name, mixed $value ): void {
		$farm = json_decode( (string)file_get_contents( "{$this->folder}/farm.json" ), true, 32, JSON_THROW_ON_ERROR );
		$this->describe( [ 'settings' => [ $name => $value ] + $farm['settings'] ] );
	}

	/**
	 * Command line of a maintenance script of a wiki.
	 *
	 * @return list<string>
	 */
	protected function command( string $wiki, string $script, string ...$arguments ): array {
		return [ "{$this->folder}/mw", $wiki, $script, ...$arguments ];
	}

	/**
	 * @param string $wiki
	 * @param string $sql tables in braces; see {@see Databases::sql()}
	 * @param list<string|int> $values
	 * @return list<array<string,mixed>>
	 */
	public function rows( string $wiki, string $sql, array $values = [] ): array {
		$statement = $this->databases->connection( $wiki )->prepare( $this->databases->sql( $wiki, $sql ) );
		$statement->execute( $values );
		return $statement->fetchAll( \PDO::FETCH_ASSOC );
	}

	/** The first value of the first row; null when there is none. */
	public function value( string $wiki, string $sql, array $values = [] ): mixed {
		$row = $this->rows( $wiki, $sql, $values )[0] ?? [];
		return $row ? reset( $row ) : null;
	}

	public function number( string $wiki, string $sql, array $values = [] ): int {
		return (int)$this->value( $wiki, $sql, $values );
	}

	public function execute( string $wiki, string $sql ): void {
		$this->databases->connection( $wiki )->exec( $this->databases->sql( $wiki, $sql ) );
	}

	/**
	 * Starts a maintenance script of a wiki. The process is PHP itself (no shell stays between), so that its id is
	 * the one to signal.
	 *
	 * @param list<string> $arguments
	 */
	public function start( string $wiki, string $script, array $arguments = [] ): Process {
		return new Process(
			$this->command( $wiki, $script, ...$arguments ),
			"{$this->folder}/log/$wiki." . basename( $script, '.php' ) . '.log'
		);
	}

	/** What a maintenance script of a wiki prints, whatever it thinks of it. */
	public function ask( string $wiki, string $script, string ...$arguments ): string {
		$command = implode( ' ', array_map( 'escapeshellarg', $this->command( $wiki, $script, ...$arguments ) ) );
		return (string)shell_exec( $command );
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
		$row = $this->rows(
			$wiki,
			"SELECT
				COUNT( CASE WHEN job_token = '' OR ( job_attempts < 3 AND job_token_timestamp < '$expired' )
					THEN 1 END ) AS ready,
				COUNT( CASE WHEN job_token <> '' AND job_attempts >= 3 AND job_token_timestamp < '$expired'
					THEN 1 END ) AS abandoned,
				COUNT(*) AS total
			FROM {job}"
		)[0];
		return [
			'ready' => (int)$row['ready'],
			'claimed' => (int)$row['total'] - (int)$row['ready'] - (int)$row['abandoned'],
			'abandoned' => (int)$row['abandoned'],
		];
	}

	/**
	 * What a wiki's runners have written about what went wrong: a line for each failed job, and exceptions.
	 *
	 * @return list<string>
	 */
	public function runnerErrors( string $wiki ): array {
		$log = "{$this->folder}/log/$wiki.runJobs.log";
		$lines = is_file( $log ) ? file( $log, FILE_IGNORE_NEW_LINES ) : [];
		return array_map(
			static fn ( string $line ) => preg_replace( '/^(.{150}).{200,}( t=\d+ error=)/', '$1 … $2', $line ),
			array_values( preg_grep( '/ error=|Error|Exception|[Dd]eadlock/', $lines ) )
		);
	}

	/** Rows of recent changes that came from the repo (rc_type 5 is MediaWiki's RC_EXTERNAL). */
	public function recentChanges( string $wiki ): int {
		return $this->number( $wiki, 'SELECT COUNT(*) FROM {recentchanges} WHERE rc_type = 5' );
	}

	/** chd_seen of a client; null when it has no dispatch state. */
	public function seen( string $client ): ?int {
		$seen = $this->value(
			$this->repo,
			'SELECT chd_seen FROM {wb_changes_dispatch} WHERE {:text chd_site} = ?',
			[ $client ]
		);
		return $seen === null ? null : (int)$seen;
	}

	/** The least that any client has seen; 0 while one has no dispatch state. */
	public function leastSeen(): int {
		return min( array_map( fn ( string $client ) => $this->seen( $client ) ?? 0, $this->wikis ) );
	}

	public function lastChange(): int {
		return $this->number( $this->repo, 'SELECT COALESCE( MAX( change_id ), 0 ) FROM {wb_changes}' );
	}

	/** Whether every client has seen everything. */
	public function isUpToDate(): bool {
		return $this->leastSeen() === $this->lastChange();
	}

	/** How far each client has seen, in words. */
	public function positions(): string {
		$texts = [];
		foreach ( $this->wikis as $client ) {
			$texts[] = "$client " . ( $this->seen( $client ) ?? 'none' );
		}
		return 'seen: ' . implode( ' ', $texts ) . " of {$this->lastChange()}";
	}
}
