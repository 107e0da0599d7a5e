<?php
/**
 * Fills docs/performance.md and makes its plots. Arguments: files that bin/bench --json has written.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench;

use RuntimeException;
use WikibaseDispatchBench\Measure\Results;
use WikibaseDispatchBench\Output\Document;

require __DIR__ . '/lib/autoload.php';

const DOCS = __DIR__ . '/../docs';

try {
	$document = new Document(
		Results::read( ...array_slice( $argv, 1 ) ),
		Results::read( __DIR__ . '/wikibase.json' )
	);
} catch ( RuntimeException $e ) {
	fwrite( STDERR, "bench document: {$e->getMessage()}\n" );
	exit( 1 );
}
file_put_contents( DOCS . '/performance.md', $document->fill( file_get_contents( DOCS . '/performance.md' ) ) );
foreach ( $document->plots() as $name => $svg ) {
	file_put_contents( DOCS . "/$name", $svg );
}
