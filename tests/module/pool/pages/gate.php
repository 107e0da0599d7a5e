<?php
/** Some changes are written by a worker: how often is a trigger asked for? */

declare( strict_types = 1 );

require __DIR__ . '/dispatcher.php';

if ( isset( $_GET['pause'] ) ) {
	pause();
}
$gate = new WikibaseDispatch\TriggerGate( settings( 'wikibase-dispatch-client' ), 'repo' );
$asked = 0;
for ( $i = 0; $i < 50; $i++ ) {
	$asked += $gate->changesWritten() === null ? 0 : 1;
}
echo getmypid(), ' ', $asked;
