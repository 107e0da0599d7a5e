<?php
/**
 * Settings of every wiki of a test farm. The farm's own LocalSettings.php sets $farmFolder and includes this; what
 * differs between farms stands in its farm.json (see `create`), and one file serves all its wikis: `--wiki NAME`, or
 * FARM_WIKI in the environment, says which one a process is.
 */

if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$farm = json_decode( file_get_contents( "$farmFolder/farm.json" ), true, 32, JSON_THROW_ON_ERROR );
$farmWiki = defined( 'MW_DB' ) ? MW_DB : ( getenv( 'FARM_WIKI' ) ?: $farm['repo'] );
if ( !in_array( $farmWiki, $farm['wikis'], true ) ) {
	fwrite( STDERR, "The farm in $farmFolder has no wiki '$farmWiki', but " . implode( ', ', $farm['wikis'] ) . ".\n" );
	exit( 1 );
}

$wgSitename = ucfirst( $farmWiki );
$wgServer = $wgCanonicalServer = "http://$farmWiki.invalid";
$wgScriptPath = '';
// A real wiki's pages are called as in its language.
$wgLanguageCode = getenv( 'FARM_LANGUAGE' ) ?: 'en';
if ( getenv( 'FARM_MESSAGES' ) ) {
	$wgMessagesDirs['Farm'] = getenv( 'FARM_MESSAGES' );
}
$wgSecretKey = $farm['secretKey'];
$wgShowExceptionDetails = true;
$wgPhpCli = "$farmFolder/php";

$farmDatabase = $farm['database'];
$wgDBname = $farmWiki;
if ( $farmDatabase['type'] === 'mariadb' ) {
	// All wikis on one server, one database each; some may have a prefix before the names of their tables.
	$wgDBtype = 'mysql';
	$wgDBserver = "localhost:{$farmDatabase['socket']}";
	$wgDBuser = $farmDatabase['user'];
	$wgDBpassword = $farmDatabase['password'];
	$wgDBprefix = $farmDatabase['prefixes'][$farmWiki] ?? '';
	$wgDBTableOptions = 'ENGINE=InnoDB, DEFAULT CHARSET=binary';
} else {
	// All wikis in one data directory, one file each.
	$wgDBtype = 'sqlite';
	$wgSQLiteDataDir = "$farmFolder/data";
}

// A wiki pushes jobs only to wikis that it knows, by their database domains.
$farmDomains = [];
foreach ( $farm['wikis'] as $name ) {
	$prefix = $farmDatabase['prefixes'][$name] ?? '';
	$farmDomains[$name] = $prefix === '' ? $name : "$name-$prefix";
}
$wgLocalDatabases = $wgConf->wikis = array_values( $farmDomains );
$wgConf->suffixes = [ 'wiki' ];
$wgConf->settings = [];
foreach ( $farmDomains as $name => $domain ) {
	$wgConf->settings['wgServer'][$domain] = $wgConf->settings['wgCanonicalServer'][$domain] = "http://$name.invalid";
	$wgConf->settings['wgArticlePath'][$domain] = '/wiki/$1';
	$wgConf->settings['wgJobClasses'][$domain] = &$GLOBALS['wgJobClasses'];
}
$wgArticlePath = '/wiki/$1';

// No `server` entry: the installer's would send jobs for another wiki to this wiki's own job file. The queue repeats
// a job whose runner died after claimTTL seconds.
$wgJobTypeConf['default'] = $farm['jobQueue']
	?? [ 'class' => 'JobQueueDB', 'order' => $farm['queueOrder'], 'claimTTL' => $farm['queueClaimTtl'] ];
$wgAutoloadClasses += $wgJobTypeConf['default']['autoload'] ?? [];
$wgJobRunRate = 0;
if ( empty( $farm['wikibase'] ) ) {
	$wgAutoloadClasses['WikibaseDispatchFarm\NothingToParse'] = __DIR__ . '/NothingToParse.php';
	$wgJobClasses['refreshLinks'] = 'WikibaseDispatchFarm\NothingToParse';
}

$wgAutoloadClasses['WikibaseDispatchFarm\UsesTag'] = __DIR__ . '/UsesTag.php';
$wgHooks['ParserFirstCallInit'][] = 'WikibaseDispatchFarm\UsesTag::register';
$wgAutoloadClasses['WikibaseDispatchFarm\HeardChanges'] = __DIR__ . '/HeardChanges.php';
$wgAutoloadClasses['WikibaseDispatchFarm\HeardEvents'] = __DIR__ . '/HeardEvents.php';
$wgAutoloadClasses['WikibaseDispatchFarm\WritesChanges'] = __DIR__ . '/WritesChanges.php';
if ( getenv( 'FARM_FATAL_ENTITY' ) && getenv( 'FARM_FATAL_WIKI' ) === $farmWiki ) {
	$wgAutoloadClasses['WikibaseDispatchFarm\FatalDecoder'] = __DIR__ . '/FatalDecoder.php';
	$wgHooks['MediaWikiServices'][] = 'WikibaseDispatchFarm\FatalDecoder::install';
}

// Every process starts with what is in the databases, and nothing but the wikis writes to them.
$wgMainCacheType = CACHE_NONE;
$wgParserCacheType = CACHE_NONE;
$wgMessageCacheType = CACHE_NONE;
$wgSessionCacheType = CACHE_NONE;
$wgCacheDirectory = "$farmFolder/cache";
// MediaWiki's job runner notes there which job types it leaves alone for a while after a failure.
$wgTmpDirectory = "$farmFolder/tmp";
$wgLocalisationCacheConf['store'] = 'files';
$wgUploadDirectory = "$farmFolder/images";
$wgDeletedDirectory = "$farmFolder/images/deleted";

// Only pages that somebody looks at need a skin; the packages of MediaWiki bring some.
if ( getenv( 'FARM_SKINS' ) ) {
	foreach ( explode( ',', getenv( 'FARM_SKINS' ) ) as $name ) {
		wfLoadSkin( $name );
	}
	$wgDefaultSkin = 'vector-2022';
	$wgVectorResponsive = true;
	// Light or dark, as the reader's system is.
	$wgVectorNightMode = [ 'logged_in' => true, 'logged_out' => true, 'beta' => true ];
	$wgDefaultUserOptions['vector-theme'] = 'os';
	$wgFavicon = 'data:,';
}

// One edit in ten has old recent changes deleted, and the changes of tests are of a day that is long past.
$wgRCMaxAge = 100 * 365 * 86400;

if ( getenv( 'FARM_LOG' ) ) {
	$wgDebugLogGroups['WikibaseDispatch'] = getenv( 'FARM_LOG' );
	$wgDebugLogGroups['exception'] = getenv( 'FARM_LOG' );
	$wgDebugLogGroups['runJobs'] = getenv( 'FARM_LOG' );
}

if ( getenv( 'FARM_STATSD' ) ) {
	$wgStatsdServer = getenv( 'FARM_STATSD' );
}

if ( !empty( $farm['wikibase'] ) ) {
	require __DIR__ . '/Wikibase.php';
} elseif ( $farmWiki === $farm['repo'] ) {
	// Where the real repo kept its entities.
	$wgExtraNamespaces[120] = 'Item';
	$wgExtraNamespaces[121] = 'Item_talk';
	$wgExtraNamespaces[122] = 'Property';
	$wgExtraNamespaces[123] = 'Property_talk';
}

// As if this wiki had a Wikibase of 1.46 or later: by this class the extension knows what it tracks.
if ( getenv( 'FARM_TRACKS_QUALIFIERS' ) ) {
	$wgAutoloadClasses['Wikibase\Client\Usage\EntityUsage'] = __DIR__ . '/EntityUsage.php';
	$wgAutoloadClasses['Wikibase\Client\Usage\UsageAccumulator'] = __DIR__ . '/UsageAccumulator.php';
}

if ( $farm['extension'] !== null && in_array( $farmWiki, $farm['extensionOn'] ?? $farm['wikis'], true ) ) {
	wfLoadExtension( 'WikibaseDispatch', $farm['extension'] );
	$wgWikibaseDispatchSettings = $farm['settings'];
	// Only the repo has clients, and is one of them. Where there is a Wikibase, it knows them.
	if ( empty( $farm['wikibase'] ) ) {
		$wgWikibaseDispatchSettings += [ 'repoSiteId' => $farm['repo'] ] + ( $farmWiki === $farm['repo']
			? [ 'localClientDatabases' => $farmDomains ]
			: [ 'repoDatabase' => $farmDomains[$farm['repo']] ] );
	}
}

// What a test wants to be set otherwise.
foreach ( $farm['globals'] ?? [] as $name => $value ) {
	$GLOBALS[$name] = is_array( $value ) ? array_merge( $GLOBALS[$name] ?? [], $value ) : $value;
}
