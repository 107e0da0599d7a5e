<?php

declare( strict_types = 1 );

/**
 * How the services of the repo are made: triggers, passes, pruning, and the rollout.
 */

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSeek;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSwitch;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\GroupRunner;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\NotificationPusher;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OnePass;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OurClients;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassRunner;
use MediaWiki\Extension\WikibaseDispatch\Native\LookoutGate;
use MediaWiki\Extension\WikibaseDispatch\Prune\PruneRunner;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Rollout\WikibaseReminder;
use MediaWiki\Extension\WikibaseDispatch\Takeover\EditAnnouncer;
use MediaWiki\Extension\WikibaseDispatch\Takeover\WikibaseDispatching;
use MediaWiki\Extension\WikibaseDispatch\Takeover\WikibaseJobs;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Look;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Lookout;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerRunner;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\Logger\LoggerFactory;
use MediaWiki\MediaWikiServices;

return [
	'WikibaseDispatch.CatchUp' => static function ( MediaWikiServices $services ): CatchUp {
		return new CatchUp(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::ourClients( $services ),
			WikibaseDispatchServices::onePass( $services ),
			WikibaseDispatchServices::look( $services ),
			WikibaseDispatchServices::rolloutStore( $services ),
			WikibaseDispatchServices::triggerScheduler( $services ),
			$services->getDBLoadBalancerFactory(),
			WikibaseDispatchServices::passReport( $services ),
			sleep( ... )
		);
	},

	'WikibaseDispatch.ClientSeek' => static function ( MediaWikiServices $services ): ClientSeek {
		return new ClientSeek(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::ourClients( $services ),
			WikibaseDispatchServices::triggerScheduler( $services ),
			$services->getDBLoadBalancerFactory()
		);
	},

	'WikibaseDispatch.ClientSwitch' => static function ( MediaWikiServices $services ): ClientSwitch {
		return new ClientSwitch(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::triggerScheduler( $services ),
			$services->getDBLoadBalancerFactory()
		);
	},

	'WikibaseDispatch.EditAnnouncer' => static function ( MediaWikiServices $services ): EditAnnouncer {
		return new EditAnnouncer(
			WikibaseDispatchServices::wikiSettings( $services ),
			WikibaseDispatchServices::triggerScheduler( $services )
		);
	},

	'WikibaseDispatch.Look' => static function ( MediaWikiServices $services ): Look {
		$logger = WikibaseDispatchServices::logger( $services );
		return new Look(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::rolloutKeeper( $services ),
			$services->getDBLoadBalancerFactory(),
			new BadChangeReport( $logger ),
			$logger,
			WikibaseDispatchServices::listeners( $services )
		);
	},

	'WikibaseDispatch.Lookout' => static function ( MediaWikiServices $services ): Lookout {
		return new Lookout(
			WikibaseDispatchServices::triggerScheduler( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			$services->getDBLoadBalancerFactory()
		);
	},

	'WikibaseDispatch.LookoutGate' => static function (): LookoutGate {
		return new LookoutGate();
	},

	'WikibaseDispatch.NotificationPusher' => static function ( MediaWikiServices $services ): NotificationPusher {
		return new NotificationPusher(
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::rolloutKeeper( $services ),
			WikibaseDispatchServices::shadowRecord( $services )
		);
	},

	'WikibaseDispatch.OnePass' => static function ( MediaWikiServices $services ): OnePass {
		return new OnePass(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::notificationPusher( $services ),
			WikibaseDispatchServices::triggerScheduler( $services ),
			$services->getDBLoadBalancerFactory(),
			WikibaseDispatchServices::passReport( $services )
		);
	},

	'WikibaseDispatch.OurClients' => static function ( MediaWikiServices $services ): OurClients {
		return new OurClients(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::wikiSettings( $services )
		);
	},

	'WikibaseDispatch.PassReport' => static function ( MediaWikiServices $services ): PassReport {
		$logger = LoggerFactory::getInstance( 'WikibaseDispatch' );
		$native = WikibaseDispatchServices::nativeFactory( $services );
		return new PassReport(
			new BadChangeReport( $logger ),
			$logger,
			static function ( string $siteId ) use ( $native ): int {
				foreach ( $native->dispatcher()->dispatchStates() as $state ) {
					if ( $state->siteId() === $siteId ) {
						return $state->failures();
					}
				}
				return 0;
			},
			WikibaseDispatchServices::listeners( $services )
		);
	},

	'WikibaseDispatch.PassRunner' => static function ( MediaWikiServices $services ): PassRunner {
		$logger = WikibaseDispatchServices::logger( $services );
		$queues = WikibaseDispatchServices::jobQueues( $services );
		return new PassRunner(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::onePass( $services ),
			WikibaseDispatchServices::rolloutKeeper( $services ),
			$queues,
			WikibaseDispatchServices::triggerScheduler( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			$services->getDBLoadBalancerFactory(),
			WikibaseDispatchServices::passReport( $services ),
			$logger,
			static fn (): float => hrtime( true ) / 1e9,
			sleep( ... )
		);
	},

	'WikibaseDispatch.PruneRunner' => static function ( MediaWikiServices $services ): PruneRunner {
		return new PruneRunner(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::rolloutKeeper( $services ),
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			$services->getDBLoadBalancerFactory(),
			LoggerFactory::getInstance( 'WikibaseDispatch' ),
			static fn (): float => hrtime( true ) / 1e9,
			WikibaseDispatchServices::listeners( $services )
		);
	},

	'WikibaseDispatch.RolloutKeeper' => static function ( MediaWikiServices $services ): RolloutKeeper {
		return new RolloutKeeper(
			WikibaseDispatchServices::rolloutStore( $services ),
			WikibaseDispatchServices::shadowRecord( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			new WikibaseReminder( $services->getJobQueueGroupFactory() ),
			LoggerFactory::getInstance( 'WikibaseDispatch' )
		);
	},

	'WikibaseDispatch.RolloutStore' => static function ( MediaWikiServices $services ): RolloutStore {
		return new RolloutStore( $services->getDBLoadBalancerFactory() );
	},

	'WikibaseDispatch.ShadowRecord' => static function ( MediaWikiServices $services ): ShadowRecord {
		return new ShadowRecord( $services->getDBLoadBalancerFactory() );
	},

	'WikibaseDispatch.TriggerRunner' => static function ( MediaWikiServices $services ): TriggerRunner {
		$logger = LoggerFactory::getInstance( 'WikibaseDispatch' );
		$queues = WikibaseDispatchServices::jobQueues( $services );
		$scheduler = WikibaseDispatchServices::triggerScheduler( $services );
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$clock = static fn (): float => hrtime( true ) / 1e9;
		return new TriggerRunner(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::look( $services ),
			new GroupRunner(
				WikibaseDispatchServices::notificationPusher( $services ),
				$scheduler,
				$loadBalancers,
				WikibaseDispatchServices::passReport( $services ),
				$clock
			),
			$queues,
			$scheduler,
			WikibaseDispatchServices::wikiSettings( $services ),
			$loadBalancers,
			$logger,
			$clock,
			sleep( ... ),
			WikibaseDispatchServices::listeners( $services )
		);
	},

	'WikibaseDispatch.TriggerScheduler' => static function ( MediaWikiServices $services ): TriggerScheduler {
		return new TriggerScheduler(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::wikiSettings( $services )
		);
	},

	'WikibaseDispatch.WikibaseDispatching' => static function ( MediaWikiServices $services ): WikibaseDispatching {
		return new WikibaseDispatching(
			WikibaseDispatchServices::rolloutStore( $services ),
			new WikibaseJobs(
				$services,
				WikibaseDispatchServices::rolloutStore( $services ),
				WikibaseDispatchServices::shadowRecord( $services ),
				WikibaseDispatchServices::wikiSettings( $services )
			),
			WikibaseDispatchServices::editAnnouncer( $services )
		);
	},
];
