<?php

declare( strict_types = 1 );

/**
 * What every wiki needs, repo or client: its settings, its queues, the way to native code.
 * Nothing native is made here: a wrong setting would then fail whatever asks for a service, where only the job that
 * needs it shall fail.
 */

use MediaWiki\Extension\WikibaseDispatch\Metrics\LabelledMetrics;
use MediaWiki\Extension\WikibaseDispatch\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Metrics\StatsdMetrics;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Takeover\InstalledWikibase;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\Logger\LoggerFactory;
use MediaWiki\MainConfigNames;
use MediaWiki\MediaWikiServices;
use Psr\Log\LoggerInterface;

return [
	'WikibaseDispatch.JobQueues' => static function ( MediaWikiServices $services ): JobQueues {
		return new JobQueues(
			$services->getJobQueueGroupFactory(),
			$services->getMainConfig()->get( MainConfigNames::LocalDatabases ),
			$services->getMainConfig()->get( MainConfigNames::JobTypeConf )
		);
	},

	'WikibaseDispatch.Logger' => static function (): LoggerInterface {
		return LoggerFactory::getInstance( 'WikibaseDispatch' );
	},

	'WikibaseDispatch.Metrics' => static function ( MediaWikiServices $services ): Metrics {
		$wiki = $services->getMainConfig()->get( MainConfigNames::DBname );
		return $services->has( 'StatsFactory' )
			? new LabelledMetrics(
				$services->getStatsFactory(), $wiki, MW_ENTRY_POINT === 'cli' ? register_shutdown_function( ... ) : null
			)
			: new StatsdMetrics( $services->getStatsdDataFactory(), $wiki );
	},

	'WikibaseDispatch.NativeFactory' => static function ( MediaWikiServices $services ): NativeFactory {
		return new NativeFactory(
			WikibaseDispatchServices::wikiSettings( $services ),
			new RepoConnection( $services->getDBLoadBalancerFactory() ),
			static fn (): array => $services->getMainConfig()->get( MainConfigNames::LockManagers ),
			static fn (): array => WikibaseDispatchServices::rolloutKeeper( $services )->leavingClients()
		);
	},

	'WikibaseDispatch.WikiSettings' => static function ( MediaWikiServices $services ): WikiSettings {
		$config = $services->getMainConfig();
		return new WikiSettings(
			$config->get( 'WikibaseDispatchSettings' ),
			InstalledWikibase::repoSettings( $services ),
			$config->get( MainConfigNames::DBname ),
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::logger( $services )
		);
	},
];
