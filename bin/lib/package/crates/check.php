<?php
/**
 * Checks that the licence of every crate is one that `deny.toml` allows, and that it allows none in vain, as
 * `cargo deny check licenses` does. Reads `cargo metadata` for one platform from each of the given files.
 *
 * Usage: php check.php deny.toml METADATA…
 */

declare( strict_types = 1 );

namespace WikibaseDispatchPackage;

require __DIR__ . '/Graph.php';
require __DIR__ . '/Licence.php';

[ , $policy ] = $argv;
if ( !preg_match( '/^\[licenses\]$.*?^allow = \[(.*?)\]/ms', file_get_contents( $policy ), $list ) ) {
	fwrite( STDERR, "$policy has no [licenses] with a list 'allow'\n" );
	exit( 1 );
}
preg_match_all( '/"([^"]+)"/', preg_replace( '/#.*/', '', $list[1] ), $names );
$allowed = $names[1];
$used = [];
$bad = [];
$crates = [];
foreach ( array_slice( $argv, 2 ) as $file ) {
	$graph = new Graph( file_get_contents( $file ) );
	foreach ( $graph->all() as $id ) {
		$licence = $graph->package( $id )['license'];
		$crates[$graph->name( $id )] = true;
		if ( $licence === null || !( new Licence( $licence ) )->fits( $allowed, $used ) ) {
			$bad[$graph->name( $id )] = $licence ?? 'none';
		}
	}
}
foreach ( $bad as $name => $licence ) {
	echo "$policy does not allow the licence of $name: $licence\n";
}
$idle = array_diff( $allowed, array_keys( $used ) );
foreach ( $idle as $licence ) {
	echo "$policy allows $licence, which no crate has\n";
}
printf( "%d crates, %d licences\n", count( $crates ), count( $used ) );
exit( $crates !== [] && $bad === [] && $idle === [] ? 0 : 1 );
