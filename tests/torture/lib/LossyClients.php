<?php
/**
 * Job runners of the clients, which are killed, and the clients' queues, which are emptied.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

class LossyClients {

	private const PATIENCE = 600;

	/** Runners that were killed from outside. */
	public int $killed = 0;
	/** Runners that ended by a signal of their own. */
	public int $died = 0;
	/** How often queues were emptied. */
	public int $emptied = 0;
	/** Notifications that were in them. */
	public int $lost = 0;
	/** @var array<string,Process> wiki => its runner */
	private array $running = [];

	public function __construct( private readonly Farm $farm, private readonly Queues $queues ) {
	}

	/** Keeps a runner going for each client that has jobs. */
	public function tend(): void {
		foreach ( $this->farm->wikis as $wiki ) {
			$runner = $this->running[$wiki] ?? null;
			if ( $runner && !$runner->isRunning() ) {
				$this->died += (int)!$runner->hasSucceeded();
				unset( $this->running[$wiki] );
				$runner = null;
			}
			// The repo's own jobs are for others; as a client it has no runner but theirs.
			if ( !$runner && $wiki !== $this->farm->repo && $this->queues->jobs( $wiki )['ready'] ) {
				$this->running[$wiki] = $this->farm->start( $wiki, 'runJobs', [ '--maxjobs', '40' ] );
			}
		}
	}

	/** One runner in some is killed. */
	public function killSome(): void {
		if ( $this->running && mt_rand( 0, 15 ) === 0 ) {
			$wiki = array_rand( $this->running );
			$this->killed += (int)$this->running[$wiki]->kill();
			unset( $this->running[$wiki] );
		}
	}

	/** The queues of all clients are emptied, if there is something in them. */
	public function emptySome(): void {
		$lost = $this->queues->empty();
		$this->lost += $lost;
		$this->emptied += (int)( $lost > 0 );
	}

	/**
	 * @return array<string,int> client => passes that it was sent and has not handled, and one more if it is behind
	 */
	public function unhandled(): array {
		$script = dirname( __DIR__, 3 ) . '/php/maintenance/ShowStatus.php';
		$output = $this->farm->ask( $this->farm->repo, $script, '--json' );
		$status = json_decode( $output, true, 99, JSON_THROW_ON_ERROR );
		$left = [];
		foreach ( $status['clients'] as $client ) {
			$left[$client['siteid']] = count( $client['receipts']['unhandled'] ?? [] )
				+ (int)!in_array( $client['condition'], [ 'up-to-date', 'unhandled' ], true );
		}
		return $left;
	}

	/** Rows of recent changes that are there more than once. */
	public function doubled(): int {
		$doubled = 0;
		foreach ( $this->farm->wikis as $wiki ) {
			$doubled += $this->farm->number( $wiki, 'SELECT COALESCE( SUM( n - 1 ), 0 ) FROM (
				SELECT COUNT(*) AS n FROM {recentchanges} WHERE rc_type = 5
				GROUP BY rc_cur_id, rc_timestamp, rc_params ) AS rows_of_one' );
		}
		return $doubled;
	}

	/**
	 * Rows of recent changes that are written when everything is sent once more, without accidents: they were missing.
	 *
	 * Changes that were sent in two parts before, and are merged into one run now, are listed for each page that any of
	 * them affects. So where rows are new, the changes are sent one by one, and the rows of these count.
	 *
	 * @param string $except entity of which rows may be missing
	 */
	public function missing( string $except ): int {
		$last = $suspects = [];
		foreach ( $this->farm->wikis as $wiki ) {
			$last[$wiki] = $this->farm->number( $wiki, 'SELECT COALESCE( MAX( rc_id ), 0 ) FROM {recentchanges}' );
		}
		$this->sendAgain( $this->farm->wikis );
		foreach ( $last as $wiki => $rcId ) {
			if ( $this->rowsAfter( $wiki, $rcId, $except ) > 0 ) {
				$suspects[] = $wiki;
				$this->farm->execute( $wiki, "DELETE FROM {recentchanges} WHERE rc_id > $rcId" );
			}
		}
		if ( $suspects === [] ) {
			return 0;
		}
		$this->farm->changeSetting( 'notificationBatchSize', 1 );
		$this->sendAgain( $suspects );
		return array_sum( array_map( fn ( $wiki ) => $this->rowsAfter( $wiki, $last[$wiki], $except ), $suspects ) );
	}

	private function rowsAfter( string $wiki, int $rcId, string $except ): int {
		return $this->farm->number( $wiki, "SELECT COUNT(*) FROM {recentchanges} WHERE rc_type = 5 AND rc_id > $rcId
			AND {:text rc_params} NOT LIKE '%\"$except\"%'" );
	}

	/**
	 * These clients hear everything again, and handle it.
	 *
	 * @param list<string> $wikis
	 */
	private function sendAgain( array $wikis ): void {
		foreach ( $wikis as $wiki ) {
			$this->farm->run(
				$this->farm->repo, dirname( __DIR__, 3 ) . '/php/maintenance/SeekClient.php', [ $wiki, '0' ]
			);
		}
		$deadline = microtime( true ) + self::PATIENCE;
		do {
			if ( microtime( true ) > $deadline ) {
				throw new RuntimeException( 'not everything was sent again: ' . $this->farm->positions() );
			}
			if ( !$this->farm->isUpToDate() ) {
				$this->farm->run( $this->farm->repo, Farm::SCRIPTS . '/Announce.php' );
			}
			$ready = 0;
			foreach ( $this->farm->wikis as $wiki ) {
				if ( $this->queues->jobs( $wiki )['ready'] ) {
					$ready++;
					$this->farm->run( $wiki, 'runJobs', [], self::PATIENCE );
				}
			}
		} while ( $ready || !$this->farm->isUpToDate() );
	}

	/** Lets the runners come to their end. What they have not handled by then is lost. */
	public function finish(): void {
		foreach ( $this->running as $runner ) {
			while ( $runner->isRunning() ) {
				usleep( 20_000 );
			}
		}
		$this->running = [];
		$this->lost += $this->queues->unreturned();
	}

	public function stop(): void {
		foreach ( $this->running as $runner ) {
			$runner->kill();
		}
		$this->running = [];
	}
}
