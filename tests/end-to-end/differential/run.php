<?php
/**
 * The differential test on two farms that exist already and are the same (`tests/end-to-end/wikibase` makes them).
 *
 * Usage: php run.php FOLDER MODULE FORMAT EDITS ROUND SEED
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential;

use RuntimeException;
use WikibaseDispatchTests\Progress;

require __DIR__ . '/../../support/lib/autoload.php';

[ , $folder, $module, $format, $edits, $round, $seed ] = $argv;
$sizes = [ null ];
for ( $left = (int)$edits; $left > 0; $left -= (int)$round ) {
	$sizes[] = min( $left, (int)$round );
}
$start = time();
$clock = $start - Trial::SECONDS * ( count( $sizes ) + 1 );
$progress = new Progress();
$reference = new Trial( "$folder/wikibase", $seed, $clock );
$ours = new Trial( "$folder/ours", $seed, $clock );
$report = new Report();
$earlier = new Earlier();
try {
	$progress->note( 'making accounts, entities and pages on both farms' );
	Trial::together( [ $reference->prepare(), $ours->prepare() ] );
	$reference->record();
	$ours->record();
	$ours->install( $module, $format );
	$ours->assertFits();
	$progress->note( "installed as the README says, with the format $format" );
	foreach ( $sizes as $number => $size ) {
		Trial::together( [ $reference->edit( $number, $size ), $ours->edit( $number, $size ) ] );
		$report->edits( $reference->takeEdits(), $ours->takeEdits() );
		$data = [ new LiveData( $reference->farm ), new LiveData( $ours->farm ) ];
		Trial::together( [ $reference->dispatch( $number ), $ours->dispatch( $number ) ] );
		$report->compare( new Round( $data, $reference, $ours, $earlier ) );
		$progress->note( ( $size === null ? 'each kind of edit' : "$size edits by chance" )
			. ": {$report->unexplainedSoFar()} differences unexplained so far" );
	}
	$report->secrets( $reference, $ours );
} catch ( RuntimeException $e ) {
	$progress->clear();
	fwrite( STDERR, "wikibase: {$e->getMessage()}\n" );
	$report->print();
	exit( 1 );
}
$progress->clear();
printf( "%s, format %s, seed %s, %d s\n", $ours->versions(), $format, $seed, time() - $start );
exit( $report->print() );
