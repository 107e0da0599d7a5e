<?php
/**
 * What a benchmark's farm has beyond a test farm's settings. `$farm['bench']` says what a run wants.
 */

if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$wgAutoloadClasses['WikibaseDispatchBench\\DroppingJobQueue'] = __DIR__ . '/DroppingJobQueue.php';
if ( $farm['bench']['dropNotifications'] ?? false ) {
	$wgJobTypeConf['DispatchNotification'] = [ 'class' => 'WikibaseDispatchBench\\DroppingJobQueue' ];
}
$wgAutoloadClasses['WikibaseDispatchBench\\DelayingJobQueue'] = __DIR__ . '/DelayingJobQueue.php';
if ( $farm['bench']['delayTriggers'] ?? false ) {
	$wgJobTypeConf['wikibase-dispatch-trigger'] = [ 'class' => 'WikibaseDispatchBench\\DelayingJobQueue' ]
		+ $wgJobTypeConf['default'];
}
if ( isset( $farm['bench']['redisQueue'] ) ) {
	// Nobody is there to repeat jobs of dead runners: none dies here.
	$wgJobTypeConf['default'] = [
		'class' => 'JobQueueRedis', 'redisServer' => $farm['bench']['redisQueue'], 'redisConfig' => [],
		'daemonized' => true,
	];
}
if ( $farm['bench']['orderedQueue'] ?? false ) {
	// At random, the queue looks for a job by a different number of statements each time.
	$wgJobTypeConf['default']['order'] = 'fifo';
}
