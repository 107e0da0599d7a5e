<?php
/**
 * The gate on counts: see lib/Experiments/Counts.php. Arguments as for bench.php, and --accept.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench;

use RuntimeException;
use WikibaseDispatchBench\Experiments\Counts;
use WikibaseDispatchBench\Measure\Machine;
use WikibaseDispatchBench\Measure\Results;

require __DIR__ . '/lib/autoload.php';

ini_set( 'memory_limit', '-1' );

try {
	$options = Options::parse( array_values( array_diff( array_slice( $argv, 2 ), [ '--accept' ] ) ) );
	exit( check( $options, $argv[1], in_array( '--accept', $argv, true ) ) );
} catch ( RuntimeException $e ) {
	fwrite( STDERR, "bench counts: {$e->getMessage()}\n" );
	exit( 1 );
}

function check( Options $options, string $folder, bool $accept ): int {
	$bench = new Bench( $options, new Results( Machine::describe( $options ) ), $folder );
	$gate = new Counts();
	try {
		$counts = $gate->take( $bench );
	} finally {
		$bench->end();
	}
	foreach ( $counts as $name => $value ) {
		echo "$name: $value\n";
	}
	if ( $accept ) {
		$gate->accept( $counts );
		return 0;
	}
	$faults = $gate->faults( $counts );
	foreach ( $faults as $fault ) {
		echo "GROWN: $fault\n";
	}
	if ( $gate->isBetter( $counts ) ) {
		echo "Better than what is committed: keep that by bin/bench counts --accept\n";
	}
	return $faults ? 1 : 0;
}
