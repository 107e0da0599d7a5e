<?php
/**
 * What a server of MariaDB did meanwhile. It is the farm's own, so nobody else uses it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchFarm\Databases;

class Cost {

	private int $statements;
	private float $seconds;

	public function __construct( private readonly Databases $databases ) {
		$this->statements = $this->statementsSoFar();
		$this->seconds = self::cpuOfChildren();
	}

	public function stop(): void {
		$this->statements = $this->statementsSoFar() - $this->statements;
		$this->seconds = self::cpuOfChildren() - $this->seconds;
	}

	public function text(): string {
		$statements = $this->databases->isMariaDb ? "{$this->statements} statements, " : '';
		return sprintf( "$statements%.1f s of CPU in PHP and native code", $this->seconds );
	}

	private function statementsSoFar(): int {
		if ( !$this->databases->isMariaDb ) {
			return 0;
		}
		$status = $this->databases->connection( 'repowiki' )->query( "SHOW GLOBAL STATUS LIKE 'Questions'" );
		return (int)$status->fetchColumn( 1 );
	}

	/** Of processes that have ended. */
	private static function cpuOfChildren(): float {
		$usage = getrusage( 1 );
		return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
			+ ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e6;
	}
}
