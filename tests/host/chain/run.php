<?php
/**
 * The jobs of a farm go through real services, and these fail: tests/host/eventbus and tests/host/jobrunner make the
 * farm. Prints what has come of each case, and fails if a change was not handled, or is listed twice.
 *
 * Usage: php run.php FOLDER CHAIN [options]
 *
 * CHAIN: `eventbus` or `jobrunner`. Options: where its parts are; and `--case TEXT`.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use RuntimeException;
use WikibaseDispatchTests\Progress;

require __DIR__ . '/autoload.php';

$options = new Options( $argv );
$folder = $options->folder;
$only = $options->get( 'case' );
// All processes that are started here write there what they have to say.
putenv( "FARM_LOG=$folder/log/dispatch.log" );
Server::endOnSignals();
$progress = new Progress();
$farm = new ChainFarm( $folder );
$chain = $options->chain( $folder, $farm->wikis, JobTypes::ALL );
$trial = new Trial( $farm, $chain, 60 );
$faults = $chain instanceof EndsAtEndpoint
	? new EventBusFaults( $trial, $chain ) : new JobServiceFaults( $trial, $chain );
$code = 0;
try {
	$progress->note( 'filling the wikis' );
	$trial->prepare();
	$farm->use( $chain );
	$chain->start();
	foreach ( $faults->cases() as $name => $case ) {
		if ( $only !== '' && !str_contains( $name, $only ) ) {
			continue;
		}
		$progress->note( $name );
		$error = null;
		try {
			$case();
		} catch ( RuntimeException $e ) {
			$error = $e->getMessage();
		}
		$result = $trial->result();
		$isGood = $error === null && $result->isComplete();
		$code = $isGood ? $code : 1;
		printf( "%s %s: %s%s\n", $isGood ? 'ok  ' : 'FAIL', $name, $result, $error === null ? '' : "\n     $error" );
	}
	foreach ( $faults->complaints() as $what => $count ) {
		printf( "%s %d %s\n", $count ? 'FAIL' : 'ok  ', $count, $what );
		$code = $count ? 1 : $code;
	}
} catch ( RuntimeException | Stopped $e ) {
	fwrite( STDERR, "{$options->kind}: {$e->getMessage()}\n" );
	$code = 1;
} finally {
	$chain->stop();
}
exit( $code );
