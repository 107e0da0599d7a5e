<?php
/**
 * The benchmarks themselves; bin/bench prepares what they need and calls this. Arguments: a folder to write to, then
 * those of bin/bench.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench;

use RuntimeException;
use WikibaseDispatchBench\Measure\Machine;
use WikibaseDispatchBench\Measure\Results;
use WikibaseDispatchBench\Output\Terminal;

require __DIR__ . '/lib/autoload.php';

// What is due is held in memory.
ini_set( 'memory_limit', '-1' );

const EXPERIMENTS = [
	'backlog' => Experiments\Backlog::class,
	'clients' => Experiments\Clients::class,
	'idle' => Experiments\Idle::class,
	'changes' => Experiments\Changes::class,
	'steady' => Experiments\Steady::class,
	'edit' => Experiments\EditPath::class,
	'memory' => Experiments\Memory::class,
	'client' => Experiments\ClientSide::class,
	'way' => Experiments\Way::class,
];

try {
	exit( main( Options::parse( array_slice( $argv, 2 ) ), $argv[1] ) );
} catch ( RuntimeException $e ) {
	fwrite( STDERR, "bench: {$e->getMessage()}\n" );
	exit( 1 );
}

function main( Options $options, string $folder ): int {
	$results = new Results( Machine::describe( $options ) );
	$bench = new Bench( $options, $results, $folder );
	try {
		// All on one engine, then all on the other: a farm is dear to make.
		foreach ( $options->engines as $engine ) {
			foreach ( array_intersect_key( EXPERIMENTS, array_flip( $options->experiments ) ) as $class ) {
				( new $class() )->run( $bench, $engine );
			}
		}
	} finally {
		$bench->end();
	}
	if ( in_array( 'core', $options->experiments, true ) ) {
		( new Experiments\Core() )->run( $bench );
	}
	Terminal::show( $results );
	if ( $options->json !== null ) {
		$results->write( $options->json );
	}
	return 0;
}
