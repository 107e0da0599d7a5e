<?php
/**
 * Measures a steady load: see Steady.php. tests/host/eventbus and tests/host/jobrunner call this.
 *
 * Usage: php steady.php FOLDER CHAIN --mediawiki PATH --rate N [options]
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use RuntimeException;
use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Dataset;
use WikibaseDispatchBench\Input\Stream;

require __DIR__ . '/autoload.php';

// What is due is held in memory.
ini_set( 'memory_limit', '-1' );
Server::endOnSignals();
$options = new Options( $argv );
$rate = (float)$options->get( 'rate' );
$seconds = (int)$options->get( 'seconds', '60' );
$stream = Stream::spread(
	new Dataset( __DIR__ . '/../../../benches/data/wikidata-20k' ), (int)$options->get( 'clients', '816' ),
	Steady::changes( $rate, $seconds )
);
$farm = new SavedFarm( "{$options->folder}/farm", 'mariadb', $options->get( 'mediawiki' ) );
ChainFarm::addSettings( $farm->folder );
$chain = $options->chain( $farm->folder, [ SavedFarm::REPO ], JobTypes::DISPATCHING );
$code = 0;
try {
	$farm->prepare( $stream->withoutChanges() );
	$farm->restore( $stream->withoutChanges(), $options->settings, [ 'chain' => $chain->settings() ] );
	$chain->start();
	$steady = new Steady( $farm, $chain, $stream, $rate, $seconds );
	$steady->run();
	printf( "%s, %s edits a second for %d s, %d clients: %s\n",
		$options->kind, $rate, $seconds, count( $stream->clients ), $steady );
} catch ( RuntimeException | Stopped $e ) {
	fwrite( STDERR, "{$options->kind}: {$e->getMessage()}\n" );
	$code = 1;
} finally {
	$chain->stop();
	$farm->engine->stop();
}
exit( $code );
