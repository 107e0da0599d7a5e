<?php
/**
 * See `many-pages`, which creates the farm. First an item on ten pages, for what the job runner needs in any case; then
 * one on as many as are wanted.
 *
 * Usage: php many-pages.php FARM PAGES
 */

declare( strict_types = 1 );

use WikibaseDispatchTests\Farm;

require __DIR__ . '/../../support/lib/autoload.php';

const FEW = 10;
const MOST_TOLD = 300;
/** Megabytes that many pages may need more than few: ids in native code, a portion of pages, MediaWiki's own caches. */
const MORE_ALLOWED = 24;

[ , $folder, $many ] = $argv;
$farm = new Farm( $folder );
$faults = [];
$needed = [];
foreach ( [ FEW, (int)$many ] as $pages ) {
	fill( $farm, $pages );
	$start = microtime( true );
	$farm->run( 'enwiki', __DIR__ . '/RunNotifications.php', [], 900 );
	$seconds = microtime( true ) - $start;
	$needed[$pages] = (int)( file( "$folder/log/enwiki.RunNotifications.log" )[0] ) / 1024 / 1024;
	$count = static fn ( string $type ) =>
		$farm->number( 'enwiki', 'SELECT COUNT(*) FROM {job} WHERE {:text job_cmd} = ?', [ $type ] );
	$parses = $count( 'refreshLinks' );
	$farm->run( 'enwiki', 'runJobs', [ '--type', 'wikibase-dispatch-recent-changes' ] );
	$rows = $farm->recentChanges( 'enwiki' );
	printf( "%7d pages: %d purges and %d parses queued, %d recent changes; %.1f s, %.1f MB at most\n",
		$pages, $count( 'htmlCacheUpdate' ), $parses, $rows, $seconds, $needed[$pages] );
	if ( $parses !== $pages ) {
		$faults[] = "$parses parses are queued, for $pages pages";
	}
	if ( $rows !== min( $pages, MOST_TOLD ) ) {
		$faults[] = "$rows recent changes were written for $pages pages";
	}
}
if ( $needed[(int)$many] - $needed[FEW] > MORE_ALLOWED ) {
	$faults[] = 'the job runner needed more than ' . MORE_ALLOWED . ' MB more for many pages than for few';
}
foreach ( $faults as $fault ) {
	echo "NOT as it should be: $fault\n";
}
exit( $faults === [] ? 0 : 1 );

/** Pages 10 and on, each of which uses the label of Q1, and the notification of a change to it. */
function fill( Farm $farm, int $pages ): void {
	$farm->databases->clear( 'enwiki', [ 'job', 'recentchanges', 'page', 'wbc_entity_usage' ] );
	$db = $farm->databases->connection( 'enwiki' );
	$db->beginTransaction();
	$page = $db->prepare( "INSERT INTO page (page_id, page_namespace, page_title, page_random, page_touched,
		page_latest, page_len) VALUES (?, 0, ?, 0.5, '20200101000000', 1, 1)" );
	$usage = $db->prepare( "INSERT INTO wbc_entity_usage (eu_entity_id, eu_aspect, eu_page_id)
		VALUES ('Q1', 'L.en', ?)" );
	for ( $id = 10; $id < 10 + $pages; $id++ ) {
		$page->execute( [ $id, "Page_$id" ] );
		$usage->execute( [ $id ] );
	}
	$info = json_encode( [ 'compactDiff' => '{"labelChanges":["en"]}', 'metadata' => [ 'user_text' => 'Alice' ] ] );
	$db->prepare( "INSERT INTO job (job_cmd, job_namespace, job_title, job_timestamp, job_params, job_random,
		job_attempts, job_token, job_sha1)
		VALUES ('EntityChangeNotification', -1, '', '20260131120000', ?, 1, 0, '', 'x')" )
		->execute( [ serialize( [ 'changes' => [ [
			'id' => 1, 'time' => '20260131120000', 'info' => $info, 'user_id' => '5', 'revision_id' => '8',
			'object_id' => 'Q1', 'type' => 'wikibase-item~update',
		] ] ] ) ] );
	$db->commit();
}
