<?php
/**
 * What goes wrong on a farm, again and again and by chance: job runners and writers are killed, sessions are ended
 * under their holders, the server is restarted, killed as in a power failure of it alone, or does not move for some
 * seconds.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use PDOException;
use RuntimeException;

class Accidents {

	/** Seconds from one to the next of its kind, on average. */
	private const EVERY = [ 'runner' => 2.0, 'writer' => 10.0, 'session' => 1.0, 'server' => 20.0 ];

	/** Microseconds. */
	private const LONGEST_OUTAGE = 4_000_000;

	/** @var array<string,float> kind => Unix time of the next one */
	private array $next = [];
	/** @var array<string,int> what happened => how often */
	private array $counts = [];
	/** @var list<float> Unix times at which the server went away */
	private array $outages = [];

	public function __construct(
		private readonly Farm $farm,
		private readonly RepoRunners $runners,
		private readonly Writers $writers
	) {
		foreach ( array_keys( self::EVERY ) as $kind ) {
			$this->plan( $kind );
		}
	}

	/** Lets happen what is due. */
	public function tick(): void {
		$due = array_filter( $this->next, static fn ( $time ) => $time <= microtime( true ) );
		foreach ( array_keys( $due ) as $kind ) {
			match ( $kind ) {
				'runner' => $this->count( 'job runners killed', $this->runners->killOne() ),
				'writer' => $this->count( 'writers killed', $this->writers->killOne() ),
				'session' => $this->count( 'sessions ended', $this->endSession() ),
				'server' => $this->takeServerAway(),
			};
			$this->plan( $kind );
		}
	}

	/**
	 * @return array<string,int> what happened => how often
	 */
	public function counts(): array {
		return $this->counts;
	}

	/**
	 * @return list<float> Unix times at which the server went away
	 */
	public function outages(): array {
		return $this->outages;
	}

	private function plan( string $kind ): void {
		$this->next[$kind] = microtime( true ) + self::EVERY[$kind] * mt_rand( 100, 1900 ) / 1000;
	}

	private function count( string $what, bool $happened ): void {
		$this->counts[$what] = ( $this->counts[$what] ?? 0 ) + (int)$happened;
	}

	private function endSession(): bool {
		$sessions = $this->farm->rows(
			$this->farm->repo,
			'SELECT ID FROM information_schema.PROCESSLIST WHERE USER = ?',
			[ $this->farm->databases->user() ]
		);
		if ( !$sessions ) {
			return false;
		}
		try {
			$this->farm->execute( $this->farm->repo, 'KILL ' . (int)$sessions[array_rand( $sessions )]['ID'] );
		} catch ( PDOException $e ) {
			// It has ended by itself meanwhile: ER_NO_SUCH_THREAD.
			if ( ( $e->errorInfo[1] ?? null ) !== 1094 ) {
				throw $e;
			}
			return false;
		}
		return true;
	}

	private function takeServerAway(): void {
		$this->outages[] = microtime( true );
		$this->farm->databases->disconnect();
		// So long it is away, or does not move.
		$microseconds = mt_rand( 0, self::LONGEST_OUTAGE );
		// In turn, so that a short run has each.
		match ( count( $this->outages ) % 3 ) {
			0 => $this->stopServer( 'restarts of the server', 'stop', $microseconds ),
			1 => $this->stopServer( 'crashes of the server', 'kill', $microseconds ),
			2 => $this->freezeServer( $microseconds ),
		};
	}

	private function stopServer( string $what, string $command, int $microseconds ): void {
		$this->count( $what, true );
		$this->server( $command );
		usleep( $microseconds );
		$this->server( 'start' );
	}

	private function freezeServer( int $microseconds ): void {
		$this->count( 'times it was frozen', true );
		$pid = (int)file_get_contents( "{$this->farm->folder}/mariadb/data/pid" );
		posix_kill( $pid, SIGSTOP );
		usleep( $microseconds );
		posix_kill( $pid, SIGCONT );
	}

	private function server( string $command ): void {
		$log = "{$this->farm->folder}/log/server.log";
		$script = escapeshellarg( "{$this->farm->folder}/server" );
		exec( "$script $command </dev/null >>" . escapeshellarg( $log ) . ' 2>&1', result_code: $code );
		if ( $code !== 0 ) {
			throw new RuntimeException( "the server cannot $command: " . file_get_contents( $log ) );
		}
	}
}
