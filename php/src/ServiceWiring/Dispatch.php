<?php

declare( strict_types = 1 );

/**
 * How the services of the repo are made: jobs, what an admin does, and the rollout.
 */

use MediaWiki\Extension\WikibaseDispatch\Base\Native\LookoutGate;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Caches;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\InstalledWikibase;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\BufferRedactor;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RevisionNotifier;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RebuildStore;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUpProgress;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientCatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientRebuild;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSeek;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSwitch;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DelayKeeper;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Edits;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\EventLog;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Events;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Lookout;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ActionLog;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ClientManagement;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OurClients;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\SetAsideChanges;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Triggers;
use MediaWiki\Extension\WikibaseDispatch\Hooks\HookRunner;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutReport;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\EditAnnouncer;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\AnnouncingQueue;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\WikibaseJobs;
use MediaWiki\Extension\WikibaseDispatch\Status\ErrorStore;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureKeeper;
use MediaWiki\Extension\WikibaseDispatch\Status\FormKeeper;
use MediaWiki\Extension\WikibaseDispatch\Status\Metrics\DispatchMetrics;
use MediaWiki\Extension\WikibaseDispatch\Ui\Manage\Hands;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

return [
	'WikibaseDispatch.ActionLog' => static function ( MediaWikiServices $services ): ActionLog {
		return new ActionLog(
			WikibaseDispatchServices::logger( $services ), $services->getDBLoadBalancerFactory()
		);
	},

	// What it acts by is made here, and can be had nowhere else: nothing is done without a record.
	'WikibaseDispatch.ClientManagement' => static function ( MediaWikiServices $services ): ClientManagement {
		$native = WikibaseDispatchServices::nativeFactory( $services );
		$clients = WikibaseDispatchServices::ourClients( $services );
		$queues = WikibaseDispatchServices::jobQueues( $services );
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$progress = new CatchUpProgress();
		return new ClientManagement(
			$clients,
			new ClientSwitch( $native, $loadBalancers ),
			new ClientSeek( $native, $clients, $loadBalancers ),
			new ClientCatchUp( $native, $loadBalancers ),
			new CatchUp(
				$native,
				WikibaseDispatchServices::interpreter( $services )->alsoTelling( $progress ),
				$clients,
				$progress
			),
			new ClientRebuild(
				$clients,
				new RebuildStore( WikibaseDispatchServices::repoDatabase( $services ) ),
				$queues,
				$loadBalancers
			),
			new SetAsideChanges( $native, $loadBalancers ),
			WikibaseDispatchServices::actionLog( $services ),
			WikibaseDispatchServices::interpreter( $services ),
			static fn (): ?string => $services->getReadOnlyMode()->getReason() ?: null
		);
	},

	'WikibaseDispatch.EditAnnouncer' => static function ( MediaWikiServices $services ): EditAnnouncer {
		return new EditAnnouncer(
			WikibaseDispatchServices::wikiSettings( $services ),
			WikibaseDispatchServices::edits( $services )
		);
	},

	'WikibaseDispatch.Edits' => static function ( MediaWikiServices $services ): Edits {
		return new Edits(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::interpreter( $services ),
			WikibaseDispatchServices::triggers( $services ),
			WikibaseDispatchServices::wikiSettings( $services )
		);
	},

	'WikibaseDispatch.Hands' => static function ( MediaWikiServices $services ): Hands {
		return new Hands( WikibaseDispatchServices::logger( $services ), $services->getDBLoadBalancerFactory() );
	},

	'WikibaseDispatch.Interpreter' => static function ( MediaWikiServices $services ): Interpreter {
		$loadBalancers = $services->getDBLoadBalancerFactory();
		return new Interpreter(
			WikibaseDispatchServices::jobQueues( $services ),
			$loadBalancers,
			new Events( static fn () => [
				new EventLog(
					WikibaseDispatchServices::logger( $services ), static fn (): float => hrtime( true ) / 1e9
				),
				new DispatchMetrics( WikibaseDispatchServices::metrics( $services ) ),
				new FailureKeeper(
					WikibaseDispatchServices::failureStore( $services ),
					new ErrorStore( $loadBalancers ),
					$loadBalancers
				),
				new DelayKeeper( WikibaseDispatchServices::seenDelays( $services ) ),
				new FormKeeper( WikibaseDispatchServices::metForms( $services ) ),
				$services->get( 'WikibaseDispatch.HistoryKeeper' ),
				new HookRunner( $services->getHookContainer(), WikibaseDispatchServices::logger( $services ) ),
			] ),
			static fn ( array $entities ) => AnnouncingQueue::remind( $services->getJobQueueGroupFactory(), $entities ),
			static fn () => WikibaseDispatchServices::editAnnouncer( $services )->announce( 1 ),
			static fn () => WikibaseDispatchServices::lookout( $services )->lookWhenAnswered(),
			sleep( ... )
		);
	},

	'WikibaseDispatch.Lookout' => static function ( MediaWikiServices $services ): Lookout {
		return new Lookout(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::interpreter( $services ),
			WikibaseDispatchServices::triggers( $services ),
			Caches::stash( $services ),
			WikibaseDispatchServices::wikiSettings( $services )
		);
	},

	'WikibaseDispatch.BufferRedactor' => static function ( MediaWikiServices $services ): BufferRedactor {
		return new BufferRedactor( $services->getDBLoadBalancerFactory() );
	},

	'WikibaseDispatch.LookoutGate' => static function ( MediaWikiServices $services ): LookoutGate {
		return new LookoutGate(
			InstalledWikibase::mayBeRepo( $services ),
			WikibaseDispatchServices::module( $services ),
			Caches::ofHost( $services )
		);
	},

	'WikibaseDispatch.OurClients' => static function ( MediaWikiServices $services ): OurClients {
		return new OurClients(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::wikiSettings( $services )
		);
	},

	'WikibaseDispatch.RevisionNotifier' => static function ( MediaWikiServices $services ): RevisionNotifier {
		return new RevisionNotifier(
			$services->getDBLoadBalancerFactory(),
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			InstalledWikibase::clientsToldOfRevisions( $services )
		);
	},

	'WikibaseDispatch.RolloutReport' => static function ( MediaWikiServices $services ): RolloutReport {
		return new RolloutReport(
			WikibaseDispatchServices::rolloutStore( $services ),
			WikibaseDispatchServices::shadowRecord( $services ),
			WikibaseDispatchServices::wikiSettings( $services )
		);
	},

	'WikibaseDispatch.RolloutStore' => static function ( MediaWikiServices $services ): RolloutStore {
		return new RolloutStore( $services->getDBLoadBalancerFactory() );
	},

	'WikibaseDispatch.ShadowRecord' => static function ( MediaWikiServices $services ): ShadowRecord {
		return new ShadowRecord( $services->getDBLoadBalancerFactory() );
	},

	'WikibaseDispatch.Triggers' => static function ( MediaWikiServices $services ): Triggers {
		return new Triggers( WikibaseDispatchServices::jobQueues( $services ) );
	},

	'WikibaseDispatch.WikibaseJobs' => static function ( MediaWikiServices $services ): WikibaseJobs {
		return new WikibaseJobs(
			$services,
			WikibaseDispatchServices::rolloutStore( $services ),
			WikibaseDispatchServices::shadowRecord( $services ),
			WikibaseDispatchServices::wikiSettings( $services )
		);
	},
];
