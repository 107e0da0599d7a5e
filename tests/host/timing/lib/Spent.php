<?php
/**
 * What a side has spent in a time: its runners, and its database.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming;

class Spent {

	public function __construct(
		public readonly float $seconds = 0,
		public readonly float $cpu = 0,
		public readonly float $databaseCpu = 0,
		public readonly float $statements = 0
	) {
	}

	/** @param callable():mixed $work */
	public static function by( Side $side, callable $work ): self {
		[ $begin, $cpu, $counters ] = [ microtime( true ), $side->runnersCpu(), $side->counters() ];
		$again = $side->counters();
		$work();
		$since = $side->counters()->since( $counters, $again );
		return new self( microtime( true ) - $begin, $side->runnersCpu() - $cpu, $since['databaseCpu'],
			$since['statements'] );
	}

	public function and( self $other ): self {
		return new self( $this->seconds + $other->seconds, $this->cpu + $other->cpu,
			$this->databaseCpu + $other->databaseCpu, $this->statements + $other->statements );
	}

	/** Less what is spent in the same time when nothing is edited. */
	public function beyond( self $idle ): self {
		$times = $this->seconds / $idle->seconds;
		return new self( $this->seconds, $this->cpu - $times * $idle->cpu,
			$this->databaseCpu - $times * $idle->databaseCpu, $this->statements - $times * $idle->statements );
	}
}
