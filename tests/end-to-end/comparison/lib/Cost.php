<?php
/**
 * What a step took: processor time of the processes that it started and, on MariaDB, what the farm's server counted,
 * which nobody else uses.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchBench\Farm\Counters;
use WikibaseDispatchTests\Farm;

class Cost {

	/** What is kept of the server's counters. */
	private const KEPT = [ 'statements', 'databaseCpu' ];

	private readonly ?Counters $before;
	private readonly ?Counters $again;
	private readonly float $cpuBefore;
	/** @var array<string,float> name => value, when it has stopped */
	public array $measures = [];

	public function __construct( private readonly Farm $farm ) {
		$this->before = $this->counters();
		$this->again = $this->counters();
		$this->cpuBefore = self::cpuOfChildren();
	}

	public function stop(): void {
		$this->measures = [ 'cpu' => self::cpuOfChildren() - $this->cpuBefore ];
		if ( $this->before && $this->again ) {
			$counted = $this->counters()->since( $this->before, $this->again );
			$this->measures += array_intersect_key( $counted, array_flip( self::KEPT ) );
		}
	}

	public function text(): string {
		$statements = isset( $this->measures['statements'] ) ? "{$this->measures['statements']} statements, " : '';
		return sprintf( "$statements%.1f s of CPU in PHP and native code", $this->measures['cpu'] );
	}

	private function counters(): ?Counters {
		$databases = $this->farm->databases;
		if ( !$databases->isMariaDb ) {
			return null;
		}
		return Counters::read(
			$databases->connection( $this->farm->repo ),
			$databases->user(),
			(int)exec( escapeshellarg( "{$this->farm->folder}/server" ) . ' pid' )
		);
	}

	/** Of processes that have ended. */
	private static function cpuOfChildren(): float {
		$usage = getrusage( 1 );
		return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
			+ ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e6;
	}
}
