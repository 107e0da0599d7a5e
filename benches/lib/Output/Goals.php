<?php
/**
 * What was to be reached, beside what was measured.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Output;

use WikibaseDispatchBench\Experiments\ClientSide;
use WikibaseDispatchBench\Experiments\Way;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchBench\Measure\Results;
use WikibaseDispatchBench\Measure\WayRun;

class Goals {

	private const MARIADB = [ 'engine' => 'mariadb' ];

	/**
	 * @param Results $results
	 * @param Results $peers Wikibase's own dispatchers on the same backlog
	 * @param string $subject which of ours
	 */
	public function __construct(
		private readonly Results $results,
		private readonly Results $peers,
		private readonly string $subject = 'ours'
	) {
	}

	/**
	 * @return list<array{string,string,string,string,string}> what, against, goal, measured, whether it is met
	 */
	public function rows(): array {
		$rows = [];
		$ours = $this->results->one( 'backlog', $this->subject, self::MARIADB );
		if ( $ours ) {
			foreach ( [ 'Wikibase 1.43', 'Wikibase 1.37' ] as $name ) {
				// Only on the same backlog.
				$peer = $this->peers->one( 'backlog', $name, [ 'changes' => $ours->setting['changes'] ] );
				if ( $name === 'Wikibase 1.43' ) {
					$rows[] = self::times( 'W1: statements', $name, 200, $peer, $ours, 'statements' );
					$rows[] = self::times( 'W1: jobs pushed to clients', $name, 100, $peer, $ours, 'jobs' );
				}
				$rows[] = self::times( 'W1: PHP and native CPU', $name, 30, $peer, $ours, 'cpu' );
				$rows[] = self::times( 'W1: database CPU', $name, 30, $peer, $ours, 'databaseCpu' );
			}
		}
		return array_values( array_filter( [
			...$rows, $this->nativePart(), $this->clients(), $this->idle(), $this->changes(), $this->peak(),
			$this->edit( 'trigger, `triggerMaxDelay` 3', 10 ), $this->edit( 'trigger, JobQueueDB', 1 ),
			...$this->clientSide(),
			...$this->way(),
			...$this->steady( 20, 'p99', 2, 's', 'p99' ),
			...$this->steady( 20, 'runnersCpuShare', 0.05, 'of a core', 'CPU of both runners' ),
			...$this->steady( 200, 'p99', 5, 's', 'p99' ),
			...$this->steady( 200, 'runnersCpuShare', 0.3, 'of a core', 'CPU of both runners' ),
		] ) );
	}

	private function nativePart(): ?array {
		$part = $this->results->one( 'backlog', 'native part', self::MARIADB );
		$bare = $this->results->one( 'backlog', 'bare reader', self::MARIADB );
		return $part && $bare ? self::most( 'W1: time of the native part', 'bare reader', 1.5,
			$part->median( 'partSeconds' ) / $bare->median( 'partSeconds' ), 'times' ) : null;
	}

	/** Cost of a client that receives something, from the fewest to the most clients. */
	private function clients(): ?array {
		$ends = $this->ends( 'clients', 'clients' );
		$cost = static fn ( Measurement $it ) => self::cost( $it ) / $it->setting['receiving'];
		return $ends ? self::most( "cost of a client that receives something: {$ends[1]->setting['clients']} clients",
			"{$ends[0]->setting['clients']} clients", 1, $cost( $ends[1] ) / $cost( $ends[0] ), 'times' ) : null;
	}

	private function idle(): ?array {
		$few = $this->results->one( 'idle', $this->subject, self::MARIADB + [ 'idle' => 0 ] );
		$twice = array_filter( $this->results->of( 'idle', self::MARIADB ),
			fn ( $it ) => $it->setting['idle'] > 0 && $it->subject === $this->subject );
		return $few && $twice ? self::most( 'statements for as many clients again that receive nothing',
			'the clients alone', 0, reset( $twice )->median( 'statements' ) - $few->median( 'statements' ), 'more'
		) : null;
	}

	private function changes(): ?array {
		$ends = $this->ends( 'changes', 'changes' );
		$cost = static fn ( Measurement $it ) => self::cost( $it ) / $it->setting['changes'];
		return $ends ? self::most( 'cost of a change: ' . number_format( $ends[1]->setting['changes'] ) . ' changes',
			number_format( $ends[0]->setting['changes'] ), 1, $cost( $ends[1] ) / $cost( $ends[0] ), 'times' ) : null;
	}

	/**
	 * Of the largest backlog, against the next one: up to some size, more is kept to serve several clients. What an
	 * allocator keeps differs a little from run to run.
	 */
	private function peak(): ?array {
		$all = $this->ascending( 'changes', 'changes' );
		[ $less, $more ] = array_slice( $all, -2 ) + [ null, null ];
		return $more ? self::most( 'peak memory: ' . number_format( $more->setting['changes'] ) . ' changes',
			number_format( $less->setting['changes'] ), 1.05,
			round( $more->median( 'peakMemory' ) / $less->median( 'peakMemory' ), 2 ), 'times' ) : null;
	}

	private function edit( string $subject, float $goal ): ?array {
		$ours = $this->results->one( 'edit', $subject, self::MARIADB );
		$lazy = $this->results->one( 'edit', 'lazy push, JobQueueDB', self::MARIADB );
		return $ours && $lazy
			? self::times( "CPU of an edit: $subject", 'a lazy push', $goal, $lazy, $ours, 'cpuPerEdit' ) : null;
	}

	/**
	 * @return list<array>
	 */
	private function clientSide(): array {
		$ours = $this->results->one( 'client', ClientSide::HANDLING );
		$theirs = $this->peers->one( 'client', 'Wikibase 1.43' );
		return $ours ? [
			self::times( 'W2: statements of the client', 'Wikibase 1.43', 10, $theirs, $ours, 'statements' ),
			self::times( 'W2: PHP and native CPU of the client', 'Wikibase 1.43', 5, $theirs, $ours, 'cpu' ),
		] : [];
	}

	/** W3: dispatching and clients together. */
	private function way(): array {
		$name = 'Wikibase 1.43';
		$ours = $this->results->one( 'way', Way::OURS . ': ' . WayRun::TOGETHER );
		$theirs = $this->peers->one( 'way', $name );
		if ( !$ours || !$theirs ) {
			return [];
		}
		$cpu = static fn ( Measurement $it ) => new Measurement( 'way', $it->subject, [], array_map(
			static fn ( array $run ) => [ 'allCpu' => $run['cpu'] + $run['databaseCpu'] ], $it->runs
		) );
		return [
			self::times( 'W3: statements', $name, 50, $theirs, $ours, 'statements' ),
			self::times( 'W3: CPU of PHP, native code and database', $name, 25,
				$cpu( $theirs ), $cpu( $ours ), 'allCpu' ),
			self::times( 'W3: parses queued', $name, 6, $theirs, $ours, 'parses' ),
			self::times( 'W3: bytes of binlog', $name, 8, $theirs, $ours, 'binlogBytes' ),
		];
	}

	/**
	 * @return list<array> a row for each queue
	 */
	private function steady( int $rate, string $measure, float $goal, string $unit, string $name ): array {
		$rows = [];
		foreach ( $this->results->of( 'steady' ) as $it ) {
			if ( $it->subject === $this->subject && $it->setting['rate'] === $rate ) {
				$value = $it->median( $measure );
				$rows[] = self::most( "$rate edits/s: $name", $it->setting['queue'], $goal, $value, $unit );
			}
		}
		return $rows;
	}

	/**
	 * @return array{Measurement,Measurement}|null the smallest and the largest
	 */
	private function ends( string $experiment, string $by ): ?array {
		$all = $this->ascending( $experiment, $by );
		return count( $all ) > 1 ? [ $all[0], end( $all ) ] : null;
	}

	/**
	 * @return list<Measurement>
	 */
	private function ascending( string $experiment, string $by ): array {
		$ours = array_values( array_filter(
			$this->results->of( $experiment, self::MARIADB ), fn ( $it ) => $it->subject === $this->subject
		) );
		usort( $ours, static fn ( $a, $b ) => $a->setting[$by] <=> $b->setting[$by] );
		return $ours;
	}

	/** Processor seconds of everybody. */
	private static function cost( Measurement $measurement ): float {
		return $measurement->median( 'cpu' ) + $measurement->median( 'databaseCpu' );
	}

	private static function times(
		string $what, string $against, float $goal, ?Measurement $theirs, Measurement $ours, string $measure
	): ?array {
		if ( !$theirs?->has( $measure ) || !$ours->median( $measure ) ) {
			return null;
		}
		$times = $theirs->median( $measure ) / $ours->median( $measure );
		return [ $what, $against, '≥ ' . self::number( $goal ) . ' times less', self::number( $times ) . ' times less',
			$times >= $goal ? 'yes' : '**no**' ];
	}

	private static function most( string $what, string $against, float $goal, float $value, string $unit ): array {
		return [ $what, $against, '≤ ' . self::number( $goal ) . " $unit", self::number( $value ) . " $unit",
			$value <= $goal ? 'yes' : '**no**' ];
	}

	private static function number( float $value ): string {
		return number_format( $value, abs( $value ) >= 100 || floor( $value ) === $value ? 0 : 2 );
	}
}
