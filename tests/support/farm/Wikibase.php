<?php
/**
 * Settings of a wiki of a farm that has a real Wikibase: the first wiki is its repo, and a client of itself; the others
 * are its clients. To be included by LocalSettings.php, before this project's extension is loaded.
 *
 * The repo has no `$wgWBClientSettings`: Wikibase needs none there.
 */

declare( strict_types = 1 );

use WikibaseDispatchFarm\SharedAccounts;

$farmWikibase = $farm['wikibase'];
if ( is_file( "$farmWikibase/vendor/autoload.php" ) ) {
	require_once "$farmWikibase/vendor/autoload.php";
}
if ( $farmWiki === $farm['repo'] ) {
	wfLoadExtension( 'WikibaseRepository', "$farmWikibase/extension-repo.json" );
	require "$farmWikibase/repo/config/Wikibase.example.php";
	$wgWBRepoSettings['localClientDatabases'] = $farmDomains;
	$wgWBRepoSettings['siteLinkGroups'] = [ 'farm' ];
	$wgWBRepoSettings['badgeItems'] = [ 'Q1' => 'badge-one', 'Q2' => 'badge-two' ];
} else {
	$wgWBClientSettings['entitySources'] = [ 'local' => [
		'repoDatabase' => $farmDomains[$farm['repo']],
		'entityNamespaces' => [ 'item' => '120/main', 'property' => '122/main' ],
		'baseUri' => "http://{$farm['repo']}.invalid/entity/",
		'rdfNodeNamespacePrefix' => 'wd',
		'rdfPredicateNamespacePrefix' => '',
		'interwikiPrefix' => preg_replace( '/wiki$/', '', $farm['repo'] ),
	] ];
	$wgWBClientSettings['repoUrl'] = "http://{$farm['repo']}.invalid";
	$wgWBClientSettings['repoArticlePath'] = '/wiki/$1';
	$wgWBClientSettings['repoScriptPath'] = '';
	$wgWBClientSettings['siteLinkGroups'] = [ 'farm' ];
}
wfLoadExtension( 'WikibaseClient', "$farmWikibase/extension-client.json" );

// Accounts of one name on two wikis of the farm are one person.
$wgAutoloadClasses[SharedAccounts::class] = __DIR__ . '/SharedAccounts.php';
$wgCentralIdLookupProviders['farm'] = [ 'class' => SharedAccounts::class, 'services' => [ 'DBLoadBalancerFactory' ] ];
$wgCentralIdLookupProvider = 'farm';
// There may be temporary accounts, and edits by addresses, too.
$wgAutoCreateTempUser['known'] = true;
// How many edits an address may make in a minute of the real clock must not decide what a test sees.
$wgRateLimits = [];
