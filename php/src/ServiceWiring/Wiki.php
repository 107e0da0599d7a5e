<?php

declare( strict_types = 1 );

/**
 * What every wiki needs, repo or client: its settings, its queues, the way to native code.
 * Nothing native is made here: a wrong setting would then fail whatever asks for a service, where only the job that
 * needs it shall fail.
 */

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Caches;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\HostSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\InstalledWikibase;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\LabelledMetrics;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\StatsdMetrics;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\Logger\LoggerFactory;
use MediaWiki\MainConfigNames;
use MediaWiki\MediaWikiServices;
use Psr\Log\LoggerInterface;

return [
	'WikibaseDispatch.JobQueues' => static function ( MediaWikiServices $services ): JobQueues {
		return new JobQueues(
			$services->getJobQueueGroupFactory(),
			HostSettings::names( $services->getMainConfig(), MainConfigNames::LocalDatabases ),
			HostSettings::map( $services->getMainConfig(), MainConfigNames::JobTypeConf ),
			WikibaseDispatchServices::seenDelays( $services )
		);
	},

	'WikibaseDispatch.Logger' => static function (): LoggerInterface {
		return LoggerFactory::getInstance( 'WikibaseDispatch' );
	},

	'WikibaseDispatch.Metrics' => static function ( MediaWikiServices $services ): Metrics {
		$wiki = $services->getMainConfig()->get( MainConfigNames::DBname );
		return $services->has( 'StatsFactory' )
			? new LabelledMetrics(
				$services->getStatsFactory(),
				$wiki,
				// @mago-expect analysis:redundant-comparison,redundant-condition - it is not always the command line
				MW_ENTRY_POINT === 'cli' ? register_shutdown_function( ... ) : null
			)
			: new StatsdMetrics( $services->getStatsdDataFactory(), $wiki );
	},

	'WikibaseDispatch.Module' => static function (): Module {
		return FoundVersions::module();
	},

	'WikibaseDispatch.NativeFactory' => static function ( MediaWikiServices $services ): NativeFactory {
		return new NativeFactory(
			WikibaseDispatchServices::module( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			new RepoConnection( $services->getDBLoadBalancerFactory() ),
			static fn (): array => HostSettings::map( $services->getMainConfig(), MainConfigNames::LockManagers )
		);
	},

	'WikibaseDispatch.SeenDelays' => static function ( MediaWikiServices $services ): SeenDelays {
		return new SeenDelays( Caches::stash( $services ), Caches::ofHost( $services ), time( ... ) );
	},

	'WikibaseDispatch.WikiSettings' => static function ( MediaWikiServices $services ): WikiSettings {
		$config = $services->getMainConfig();
		return new WikiSettings(
			HostSettings::map( $config, 'WikibaseDispatchSettings' ),
			InstalledWikibase::repoSettings( $services ),
			$config->get( MainConfigNames::DBname ),
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::logger( $services ),
			static fn (): string => FoundVersions::here()->wereRunTogether()
				? WikiSettings::NATIVE : WikiSettings::ENTITY_CHANGE
		);
	},
];
