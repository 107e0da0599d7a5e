<?php
/** The job of one client, which ends in its pass as the request says. Answers with the worker's id and the ids of the changes. */

declare( strict_types = 1 );

require __DIR__ . '/dispatcher.php';

if ( isset( $_GET['panic'] ) ) {
	putenv( "WIKIBASE_DISPATCH_PANIC_AT={$_GET['panic']}" );
}
$dispatcher = dispatcher();
$job = $dispatcher->client( 'enwiki' );
if ( ( $_GET['end'] ?? '' ) === 'memory-of-the-module' ) {
	$dispatcher->horizon();
	// A shutdown function, as MediaWiki has them, asks once more.
	register_shutdown_function( static function () use ( $dispatcher ) {
		echo getmypid(), ' ', $dispatcher->dispatchStates()[0]->isClaimed() ? 'claimed' : 'free';
		echo ', ', $GLOBALS['job']->next( 'thrown' )['state'];
		echo ', ', $dispatcher->dispatchStates()[0]->isClaimed() ? 'claimed' : 'free';
		echo ': ', error_get_last()['message'];
	} );
	ini_set( 'memory_limit', '4M' );
	$job->next();
	exit( 'there was memory enough' );
}
try {
	$step = $job->next();
} catch ( Error $e ) {
	echo getmypid(), ' ', get_class( $e ), ': ', $e->getMessage();
	putenv( 'WIKIBASE_DISPATCH_PANIC_AT' );
	$job = $dispatcher->client( 'enwiki' );
	$step = $job->next();
}
if ( $step['state'] === 'failed' ) {
	$job->raise( $step['cause']['native'] );
}
if ( $step['actions'][0]['action'] !== 'notify' ) {
	exit( getmypid() . ' nothing' );
}
echo getmypid(), ' ', implode( ',', $step['actions'][0]['jobs'][0]['params']['changeIds'] );
switch ( $_GET['end'] ?? '' ) {
	case 'exit':
		exit( 0 );
	case 'fatal':
		undefined_function();
		break;
	case 'memory':
		ini_set( 'memory_limit', '8M' );
		str_repeat( 'x', 16 << 20 );
		break;
	case 'pause':
		pause();
		break;
	case 'drop':
		unset( $job );
		exit( 0 );
}
while ( $step['state'] === 'act' ) {
	$step = $job->next( 'done' );
}
