<?php
/**
 * Edits at an even rate on a repo with many clients, which are a queue each: how long a change takes from its commit to
 * the queue of each client, and what that costs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use RuntimeException;
use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchBench\Measure\Background;
use WikibaseDispatchBench\Measure\Deliveries;

class Steady {

	/** Seconds of edits before those that count. */
	private const WARM_UP = 15;
	/** Seconds for what is left after the last edit, while nothing arrives. */
	private const PATIENCE = 120;

	/** @var array<int,float> change id => when it was committed */
	private array $committed = [];
	/** @var array<string,float> seconds of processor time while edits that count were made, by what used them */
	private array $cpu = [];
	private float $began = 0.0;

	public function __construct(
		private readonly SavedFarm $farm,
		private readonly Chain $chain,
		private readonly Stream $stream,
		private readonly float $rate,
		private readonly int $seconds
	) {
	}

	public static function changes( float $rate, int $seconds ): int {
		return (int)( $rate * ( $seconds + self::WARM_UP ) );
	}

	public function run(): void {
		$this->awaitDelayed();
		[ $edits, $times ] = [ "{$this->farm->folder}/edits.jsonl", "{$this->farm->folder}/times" ];
		file_put_contents( $edits, '' );
		foreach ( $this->stream->changes() as $row ) {
			// Ids are given out when they are written, from 1 on, as in the data.
			unset( $row['change_id'] );
			file_put_contents( $edits, json_encode( $row ) . "\n", FILE_APPEND );
		}
		$log = "{$this->farm->folder}/steady.log";
		$editor = new Background(
			$this->farm->script( 'Editor', '--changes', $edits, '--rate', (string)$this->rate, '--result', $times ),
			$log
		);
		try {
			sleep( self::WARM_UP );
			$this->began = microtime( true );
			$before = $this->cpu();
			$editor->wait( 2 * $this->seconds + self::PATIENCE );
			$seconds = microtime( true ) - $this->began;
			foreach ( $this->cpu() as $part => $cpu ) {
				$this->cpu[$part] = ( $cpu - $before[$part] ) / $seconds;
			}
		} finally {
			$editor->stop();
		}
		$this->committed = json_decode( (string)file_get_contents( $times ), true );
		$this->await();
	}

	/** A trigger that was held back has run: until then the extension does not rely on such jobs. */
	private function awaitDelayed(): void {
		$this->farm->announce();
		$end = microtime( true ) + self::PATIENCE;
		do {
			if ( microtime( true ) > $end ) {
				throw new RuntimeException( 'no delayed job has come' );
			}
			usleep( 500_000 );
			$delayed = [];
			foreach ( $this->chain->pushed( [ Jobs::TRIGGER ] ) as $job ) {
				if ( isset( $job['params']['jobReleaseTimestamp'] ) ) {
					$delayed[$job['id']] = true;
				}
			}
			foreach ( $this->chain->run() as $job ) {
				if ( isset( $delayed[$job['id']] ) ) {
					return;
				}
			}
		} while ( true );
	}

	private function cpu(): array {
		// The edits are in it, too.
		return $this->chain->cpu() + [ 'database' => Server::cpuOf( $this->farm->engine->pid() ) ];
	}

	private function await(): void {
		$due = $this->stream->deliveries();
		$last = 0;
		$end = microtime( true ) + self::PATIENCE;
		while ( ( $arrived = array_sum( array_map( count( ... ), $this->arrived() ) ) ) < $due ) {
			if ( $arrived > $last ) {
				$last = $arrived;
				$end = microtime( true ) + self::PATIENCE;
			} elseif ( microtime( true ) > $end ) {
				throw new RuntimeException( "of $due deliveries $arrived have arrived" );
			}
			sleep( 1 );
		}
	}

	/**
	 * @return array<string,array<int,float>> client => change => when it was first pushed
	 */
	private function arrived(): array {
		$arrived = [];
		foreach ( $this->chain->pushed( JobTypes::NOTIFICATIONS ) as $job ) {
			foreach ( Deliveries::changesIn( $job['type'], $job['params'] ) as $change ) {
				$arrived[$job['wiki']][$change] ??= $job['at'];
			}
		}
		return $arrived;
	}

	public function __toString(): string {
		$latencies = [];
		foreach ( $this->arrived() as $changes ) {
			foreach ( $changes as $change => $at ) {
				if ( $this->committed[$change] >= $this->began ) {
					$latencies[] = $at - $this->committed[$change];
				}
			}
		}
		$triggers = 0;
		foreach ( $this->chain->run() as $job ) {
			$triggers += (int)( $job['at'] > $this->began && in_array( $job['type'], JobTypes::DISPATCHING, true ) );
		}
		$shares = [];
		foreach ( $this->cpu as $part => $share ) {
			$shares[] = sprintf( '%s %.1f %%', $part, 100 * $share );
		}
		return sprintf( "%d deliveries; commit to push %s; %.2f jobs a second; of one core: %s",
			count( $latencies ), Figures::latency( $latencies ), $triggers / $this->seconds, implode( ', ', $shares ) );
	}
}
