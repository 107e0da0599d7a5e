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

use WikibaseDispatchDemo\Data;
use WikibaseDispatchDemo\Farm;

require __DIR__ . '/../demo/lib/autoload.php';
require __DIR__ . '/../../benches/lib/Farm/Counters.php';
spl_autoload_register( static function ( string $class ): void {
	if ( str_starts_with( $class, __NAMESPACE__ . '\\' ) ) {
		require __DIR__ . '/lib/' . substr( $class, strlen( __NAMESPACE__ ) + 1 ) . '.php';
	}
} );

[ , $folder, $dataFolder, $wiki ] = $argv;
$farm = new Farm( $folder );
$data = new Data( $dataFolder );
$changes = new Changes( $data );
$notifications = new Notifications( $data, $changes, $wiki );

$farm->run( $wiki, __DIR__ . '/../demo/LoadWiki.php', [ '--data', $dataFolder ] );
$farm->run( $wiki, __DIR__ . '/LoadSites.php', $changes->sites() );
if ( $wiki === $farm->repo ) {
	$farm->run( $wiki, __DIR__ . '/LoadAccounts.php', $changes->accounts() );
}
// What the installer has left behind is none of ours.
$farm->databases->clear( $wiki, [ 'job', 'recentchanges' ] );
$notifications->queue( $farm );
$cost = new Cost( $farm );
$farm->run( $wiki, 'runJobs', [ '--type', 'EntityChangeNotification' ], 900 );
$cost->stop();
$expected = new Expected( $data, $wiki );
$actual = new Actual( $farm, $wiki );
$jobs = $actual->jobs();
$purged = $actual->purged();
$parsed = $actual->parsed();
$telling = new Cost( $farm );
$farm->run( $wiki, 'runJobs', [ '--type', 'InjectRCRecords' ], 900 );
$telling->stop();

echo "$wiki: {$notifications->count()} notifications with {$notifications->changeCount()} changes, which became "
	. implode( ', ', array_map( static fn ( $type, $count ) => "$count $type", array_keys( $jobs ), $jobs ) ), "\n";
echo "  handling them took {$cost->text()}; writing the recent changes {$telling->text()}\n";

$farm->run( $wiki, __DIR__ . '/Namespaces.php' );
$namespaces = json_decode( (string)file_get_contents( "$folder/log/$wiki.Namespaces.log" ), true );
$rule = new Rule( $data, $wiki, $namespaces, $changes->of( $notifications->changeIds() ) );
$unexplained = [
	...byTheRule( 'purged, by the rule', $rule->pages, $purged ),
	...byTheRule( 'parsed, by the rule', $rule->pages, $parsed ),
];
if ( $expected->isKnown() ) {
	$expectedRows = $expected->rows();
	$rows = new RowComparison(
		$expectedRows,
		$actual->rows(),
		new Reasons( $changes, new Usages( $data, $wiki ), $expectedRows )
	);
	array_push( $unexplained, ...withWikibase( 'pages purged', $expected->purged(), $purged, $rows ) );
	array_push( $unexplained, ...withWikibase( 'pages parsed', $expected->parsed(), $parsed, $rows ) );
	show( 'recent changes', $rows->same, $rows->byReason, $rows->unexplained );
	array_push( $unexplained, ...$rows->unexplained );
	$same = array_intersect_key( $expected->parsed(), $parsed );
	file_put_contents( "$folder/log/$wiki.comparison.json", json_encode( [
		'pages purged, pages parsed: the same' => count( $same ),
		'more than with Wikibase, for a reason' => count( $parsed ) - count( $same ),
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
 * @param array<string,true> $expected pages
 * @param array<string,true> $actual
 * @return list<string> what is unexplained
 */
function byTheRule( string $what, array $expected, array $actual ): array {
	$comparison = new SetComparison( $expected, $actual );
	$left = [
		...array_map( static fn ( string $page ) => "$what: $page: not with us", $comparison->missing ),
		...array_map( static fn ( string $page ) => "$what: $page: only with us", $comparison->more ),
	];
	show( $what, $comparison->same, [], $left );
	return $left;
}

/**
 * @param string $what
 * @param array<string,true> $expected pages
 * @param array<string,true> $actual
 * @param RowComparison $rows why a page has rows here and none with Wikibase
 * @return list<string> what is unexplained
 */
function withWikibase( string $what, array $expected, array $actual, RowComparison $rows ): array {
	$comparison = new SetComparison( $expected, $actual );
	$more = array_intersect( $comparison->more, array_keys( $rows->pagesMore ) );
	$left = [
		...array_map( static fn ( string $page ) => "$what: $page: not with us", $comparison->missing ),
		...array_map(
			static fn ( string $page ) => "$what: $page: not with Wikibase",
			array_diff( $comparison->more, $more )
		),
	];
	show( $what, $comparison->same, array_count_values( array_map(
		static fn ( string $page ) => $rows->pagesMore[$page],
		$more
	) ), $left );
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
