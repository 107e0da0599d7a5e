<?php
/**
 * What the wikis of a farm have beyond a test farm's settings when their jobs go through a chain of services. It
 * stands in `$farm['bench']['chain']`: `eventBus`, the extension's folder, `gate`, its address, and `most`, the bytes
 * that it takes; or `jobQueue`, an entry of `$wgJobTypeConf`.
 */

if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$farmChain = $farm['bench']['chain'] ?? [];
if ( isset( $farmChain['eventBus'] ) ) {
	wfLoadExtension( 'EventBus', "{$farmChain['eventBus']}/extension.json" );
	$wgEnableEventBus = 'TYPE_JOB';
	$wgEventServices = [ 'gate' => [ 'url' => $farmChain['gate'], 'timeout' => $farmChain['timeout'] ?? 5 ] ];
	$wgEventServiceDefault = 'gate';
	$wgEventBusMaxBatchByteSize = $farmChain['most'] ?? $wgEventBusMaxBatchByteSize ?? 4 * 1024 * 1024;
	$wgJobTypeConf['default'] = [ 'class' => 'MediaWiki\\Extension\\EventBus\\Adapters\\JobQueue\\JobQueueEventBus' ];
} elseif ( isset( $farmChain['jobQueue'] ) ) {
	$wgJobTypeConf['default'] = $farmChain['jobQueue'];
}
if ( isset( $farmChain['stash'] ) ) {
	// What servers tell each other, as whether delayed jobs come.
	$wgMainCacheType = $wgMainStash = CACHE_DB;
}
if ( getenv( 'METER' ) ) {
	register_shutdown_function( static function (): void {
		$usage = getrusage();
		file_put_contents( getenv( 'METER' ), json_encode( [
			'at' => microtime( true ),
			'cpu' => $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
				+ ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e6,
			'command' => implode( ' ', $_SERVER['argv'] ?? [] ),
		] ) . "\n", FILE_APPEND | LOCK_EX );
	} );
}
