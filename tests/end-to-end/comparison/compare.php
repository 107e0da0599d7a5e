<?php
/**
 * The comparison of one wiki, on a farm that exists already (`compare` creates it): fills the wiki, queues the very
 * notifications that Wikibase queued, has MediaWiki's job runner handle them and write the recent changes, and
 * compares.
 *
 * Usage: php compare.php FARM DATA WIKI
 */

declare( strict_types = 1 );

namespace WikibaseDispatchComparison;

use WikibaseDispatchTests\Data;
use WikibaseDispatchTests\Farm;

require __DIR__ . '/../../support/lib/autoload.php';
require __DIR__ . '/../../../benches/lib/Farm/Counters.php';

[ , $folder, $dataFolder, $wiki ] = $argv;
$farm = new Farm( $folder );
$data = new Data( $dataFolder );
$changes = new Changes( $data );
$touched = new Touched( $changes->tracksQualifiers, $changes->hasTwoLists );
if ( $changes->tracksQualifiers ) {
	putenv( 'FARM_TRACKS_QUALIFIERS=1' );
}
$notifications = new Notifications( $data, $changes, $wiki );

$farm->run( $wiki, Farm::SCRIPTS . '/LoadWiki.php', [ '--data', $dataFolder ] );
$expected = new Expected( $data, $wiki );
$prefixes = $expected->hasWholePrefixes( $farm->repo ) ? [ '--whole' ] : [];
$farm->run( $wiki, __DIR__ . '/LoadSites.php', [ ...$prefixes, ...$changes->sites() ] );
if ( $wiki === $farm->repo ) {
	$farm->run( $wiki, __DIR__ . '/LoadAccounts.php', $changes->accounts() );
}
// What the installer has left behind is none of ours.
$farm->databases->clear( $wiki, [ 'job', 'recentchanges' ] );
$notifications->queue( $farm );
$cost = new Cost( $farm );
$farm->run( $wiki, 'runJobs', [ '--type', 'EntityChangeNotification' ], 900 );
$cost->stop();
$actual = new Actual( $farm, $wiki );
$jobs = $actual->jobs();
$purged = $actual->purged();
$parsed = $actual->parsed();
$telling = new Cost( $farm );
$farm->run( $wiki, 'runJobs', [ '--type', 'wikibase-dispatch-recent-changes' ], 900 );
$telling->stop();

echo "$wiki: {$notifications->count()} notifications with {$notifications->changeCount()} changes, which became "
	. implode( ', ', array_map( static fn ( $type, $count ) => "$count $type", array_keys( $jobs ), $jobs ) ), "\n";
echo "  handling them took {$cost->text()}; writing the recent changes {$telling->text()}\n";

$farm->run( $wiki, __DIR__ . '/LanguageFacts.php' );
$language = json_decode( (string)file_get_contents( "$folder/log/$wiki.LanguageFacts.log" ), true );
$rule = new Rule( $data, $wiki, $language['namespaces'], $changes->of( $notifications->changeIds() ), $touched );
$unexplained = [
	...byTheRule( 'purged, by the rule', $rule, $purged ),
	...byTheRule( 'parsed, by the rule', $rule, $parsed ),
];
if ( $expected->isKnown() ) {
	$expectedRows = $expected->rows();
	$rows = new RowComparison(
		$expectedRows,
		$actual->rows(),
		new Reasons( $changes, new Usages( $data, $wiki ), $touched, $wiki, $expectedRows ),
		new Comments( $language['separator'] )
	);
	array_push( $unexplained, ...withWikibase( 'pages purged', $expected->purged(), $purged, $rows ) );
	array_push( $unexplained, ...withWikibase( 'pages parsed', $expected->parsed(), $parsed, $rows ) );
	show( 'recent changes', $rows->same, $rows->byReason, $rows->unexplained );
	array_push( $unexplained, ...$rows->unexplained );
	$same = array_intersect_key( $expected->parsed(), $parsed );
	file_put_contents( "$folder/log/$wiki.comparison.json", json_encode( [
		'pages purged, pages parsed: the same' => count( $same ),
		'more than with Wikibase, for a reason' => count( $parsed ) - count( $same ),
		'fewer than with Wikibase, for a reason' => count( $expected->parsed() ) - count( $same ),
		'recent changes that are the same in every column' => $rows->same,
	] + $rows->byReason ) );
}
foreach ( array_slice( $unexplained, 0, 12 ) as $line ) {
	echo '  unexplained: ', mb_strimwidth( $line, 0, 700, '…' ), "\n";
}
file_put_contents( "$folder/log/$wiki.cost.json", json_encode( [
	'notifications' => $notifications->count(),
	'changes' => $notifications->changeCount(),
	'handling' => $cost->measures + $jobs,
	'telling' => $telling->measures + [ 'rows' => $actual->rowCount() ],
] ) );
exit( $unexplained === [] ? 0 : 1 );

/**
 * @param string $what
 * @param Rule $rule
 * @param array<string,true> $actual pages
 * @return list<string> what is unexplained
 */
function byTheRule( string $what, Rule $rule, array $actual ): array {
	$comparison = new SetComparison( $rule->pages, $actual );
	$ofRuns = array_intersect( $comparison->more, array_keys( $rule->pagesOfRuns ) );
	$left = [
		...array_map( static fn ( string $page ) => "$what: $page: not with us", $comparison->missing ),
		...array_map(
			static fn ( string $page ) => "$what: $page: only with us",
			array_diff( $comparison->more, $ofRuns )
		),
	];
	show( $what, $comparison->same, array_filter( [ Rule::OF_RUNS => count( $ofRuns ) ] ), $left );
	return $left;
}

/**
 * @param string $what
 * @param array<string,true> $expected pages
 * @param array<string,true> $actual
 * @param RowComparison $rows why a page has rows here and none with Wikibase, or the other way round
 * @return list<string> what is unexplained
 */
function withWikibase( string $what, array $expected, array $actual, RowComparison $rows ): array {
	$comparison = new SetComparison( $expected, $actual );
	$more = array_intersect( $comparison->more, array_keys( $rows->pagesMore ) );
	$fewer = array_intersect( $comparison->missing, array_keys( $rows->pagesFewer ) );
	$left = [
		...array_map(
			static fn ( string $page ) => "$what: $page: not with us",
			array_diff( $comparison->missing, $fewer )
		),
		...array_map(
			static fn ( string $page ) => "$what: $page: not with Wikibase",
			array_diff( $comparison->more, $more )
		),
	];
	$reasons = [
		...array_map( static fn ( string $page ) => $rows->pagesMore[$page], $more ),
		...array_map( static fn ( string $page ) => $rows->pagesFewer[$page], $fewer ),
	];
	show( $what, $comparison->same, array_count_values( $reasons ), $left );
	return $left;
}

/**
 * @param string $what
 * @param int $same
 * @param array<string,int> $byReason
 * @param list<string> $left
 */
function show( string $what, int $same, array $byReason, array $left ): void {
	printf( "  %-19s %6d same %6d different for a reason %6d unexplained\n", $what, $same, array_sum( $byReason ),
		count( $left ) );
	ksort( $byReason );
	foreach ( $byReason as $reason => $count ) {
		printf( "  %38d: %s\n", $count, $reason );
	}
}
