<?php
/** One trigger and one pass, which ends as the request says. Answers with the worker's id and the ids of the changes. */

declare( strict_types = 1 );

require __DIR__ . '/dispatcher.php';

if ( isset( $_GET['panic'] ) ) {
	putenv( "WIKIBASE_DISPATCH_PANIC_AT={$_GET['panic']}" );
}
$dispatcher = dispatcher();
try {
	$dispatcher->trigger();
} catch ( Error $e ) {
	echo getmypid(), ' ', get_class( $e ), ': ', $e->getMessage();
	putenv( 'WIKIBASE_DISPATCH_PANIC_AT' );
	$dispatcher->trigger();
}
$pass = $dispatcher->beginPass( 'enwiki' );
if ( $pass === null ) {
	exit( getmypid() . ' nothing' );
}
echo getmypid(), ' ', implode( ',', $pass->changeIds() );
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
	case 'memory-of-the-module':
		// A shutdown function, as MediaWiki has them, asks the pass once more.
		register_shutdown_function( static function () use ( $pass ) {
			echo ' and ', $pass->changeCount(), ': ', error_get_last()['message'];
			$pass->abandon();
		} );
		ini_set( 'memory_limit', '7M' );
		$pass->notifications();
		exit( ' there was memory enough' );
	case 'pause':
		pause();
		break;
	case 'drop':
		unset( $pass );
		exit( 0 );
}
$pass->notifications();
$pass->finish();
