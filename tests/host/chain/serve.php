<?php
/**
 * Runs a chain for a farm that exists, until it is ended by a signal. The farm's next processes push to it.
 *
 * Usage: php serve.php FARM CHAIN [options]
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use RuntimeException;

require __DIR__ . '/autoload.php';

Server::endOnSignals();
$options = new Options( $argv );
$farm = new ChainFarm( $options->folder );
$chain = $options->chain( $options->folder, $farm->wikis, JobTypes::ALL );
try {
	$farm->use( $chain );
	$chain->start();
	echo "ready\n";
	while ( true ) {
		sleep( 60 );
	}
} catch ( RuntimeException | Stopped $e ) {
	fwrite( STDERR, "{$options->kind}: {$e->getMessage()}\n" );
} finally {
	$chain->stop();
}
