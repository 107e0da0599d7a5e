<?php

declare( strict_types = 1 );

/**
 * How the services of this extension are made. Nothing native is made here: a wrong setting would then fail whatever
 * asks for a service, where only the job that needs it shall fail.
 */

use MediaWiki\CommentStore\CommentStore;
use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Client\ChangeHooks;
use MediaWiki\Extension\WikibaseDispatch\Client\LinkedPageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Client\PageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\PageUpdater;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeComment;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeWriter;
use MediaWiki\Extension\WikibaseDispatch\Client\RemoteActors;
use MediaWiki\Extension\WikibaseDispatch\Client\RepoChangeLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\UsageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\WaitingNotifications;
use MediaWiki\Extension\WikibaseDispatch\Client\WrittenRecentChanges;
use MediaWiki\Extension\WikibaseDispatch\Compat\ActorStores;
use MediaWiki\Extension\WikibaseDispatch\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSeek;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSwitch;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\GroupRunner;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\NotificationPusher;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OnePass;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OurClients;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassRunner;
use MediaWiki\Extension\WikibaseDispatch\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Explain\ClientExplainer;
use MediaWiki\Extension\WikibaseDispatch\History\HistoryKeeper;
use MediaWiki\Extension\WikibaseDispatch\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\History\RecentHistory;
use MediaWiki\Extension\WikibaseDispatch\Lag\MedianLag;
use MediaWiki\Extension\WikibaseDispatch\Metrics\LabelledMetrics;
use MediaWiki\Extension\WikibaseDispatch\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Metrics\StatsdMetrics;
use MediaWiki\Extension\WikibaseDispatch\Native\LookoutGate;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Prune\PruneRunner;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Rollout\WikibaseReminder;
use MediaWiki\Extension\WikibaseDispatch\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Subscription\RebuildStore;
use MediaWiki\Extension\WikibaseDispatch\Subscription\RepoDatabase;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SiteLinkTable;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SubscriptionRebuild;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SubscriptionTable;
use MediaWiki\Extension\WikibaseDispatch\Subscription\UsageTable;
use MediaWiki\Extension\WikibaseDispatch\Subscription\UsageTracker;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureStore;
use MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Takeover\EditAnnouncer;
use MediaWiki\Extension\WikibaseDispatch\Takeover\InstalledWikibase;
use MediaWiki\Extension\WikibaseDispatch\Takeover\WikibaseDispatching;
use MediaWiki\Extension\WikibaseDispatch\Takeover\WikibaseJobs;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Look;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Lookout;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerRunner;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\Logger\LoggerFactory;
use MediaWiki\MainConfigNames;
use MediaWiki\MediaWikiServices;
use MediaWiki\Site\SiteLookup;
use MediaWiki\Title\NamespaceInfo;
use MediaWiki\Title\TitleFactory;
use MediaWiki\User\CentralId\CentralIdLookup;
use Psr\Log\LoggerInterface;
use Wikimedia\ObjectCache\WANObjectCache;

/** @phpcs-require-sorted-array */
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

	'WikibaseDispatch.ChangeExplainer' => static function ( MediaWikiServices $services ): ChangeExplainer {
		return new ChangeExplainer(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			WikibaseDispatchServices::rolloutStore( $services )
		);
	},

	'WikibaseDispatch.ClientExplainer' => static function ( MediaWikiServices $services ): ClientExplainer {
		return new ClientExplainer(
			WikibaseDispatchServices::statusReader( $services ),
			WikibaseDispatchServices::nativeFactory( $services )
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

	'WikibaseDispatch.ClientSettings' => static function ( MediaWikiServices $services ): ClientSettings {
		ClassNames::load( NamespaceInfo::class );
		$config = $services->getMainConfig();
		return new ClientSettings(
			$config->get( 'WikibaseDispatchSettings' ),
			$config->has( 'WBClientSettings' ) ? $config->get( 'WBClientSettings' ) : [],
			WikibaseDispatchServices::wikiSettings( $services ),
			$config->get( MainConfigNames::DBname ),
			$services->getNamespaceInfo()
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

	'WikibaseDispatch.FailureStore' => static function ( MediaWikiServices $services ): FailureStore {
		return new FailureStore( $services->getDBLoadBalancerFactory() );
	},

	'WikibaseDispatch.HistoryKeeper' => static function ( MediaWikiServices $services ): HistoryKeeper {
		return new HistoryKeeper(
			WikibaseDispatchServices::historyStore( $services ),
			WikibaseDispatchServices::statusReader( $services ),
			$services->getDBLoadBalancerFactory(),
			LoggerFactory::getInstance( 'WikibaseDispatch' ),
			static fn (): float => hrtime( true ) / 1e9
		);
	},

	'WikibaseDispatch.HistoryStore' => static function ( MediaWikiServices $services ): HistoryStore {
		return new HistoryStore( $services->getDBLoadBalancerFactory() );
	},

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

	'WikibaseDispatch.MedianLag' => static function ( MediaWikiServices $services ): MedianLag {
		$cache = $services->getMainWANObjectCache();
		ClassNames::load( WANObjectCache::class );
		return new MedianLag(
			WikibaseDispatchServices::nativeFactory( $services ),
			$cache,
			LoggerFactory::getInstance( 'WikibaseDispatch' )
		);
	},

	'WikibaseDispatch.Metrics' => static function ( MediaWikiServices $services ): Metrics {
		$wiki = $services->getMainConfig()->get( MainConfigNames::DBname );
		return $services->has( 'StatsFactory' )
			? new LabelledMetrics( $services->getStatsFactory(), $wiki )
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

	'WikibaseDispatch.NotificationDecoder' => static function (): NotificationDecoder {
		return new NotificationDecoder();
	},

	'WikibaseDispatch.NotificationHandler' => static function ( MediaWikiServices $services ): NotificationHandler {
		ClassNames::load( TitleFactory::class );
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$logger = WikibaseDispatchServices::logger( $services );
		$queues = WikibaseDispatchServices::jobQueues( $services );
		return new NotificationHandler(
			new UsageLookup( $loadBalancers ),
			new LinkedPageLookup( $loadBalancers, $services->getTitleFactory() ),
			new PageLookup( $loadBalancers ),
			new PageUpdater( $queues ),
			new ChangeHooks(
				$services->getHookContainer(),
				$services->has( 'WikibaseClient.EntityChangeFactory' )
					? static fn ( array $fields ): object =>
						$services->get( 'WikibaseClient.EntityChangeFactory' )->newFromFieldData( $fields )
					: null
			),
			$queues,
			$loadBalancers,
			WikibaseDispatchServices::clientSettings( $services ),
			new BadChangeReport( $logger ),
			WikibaseDispatchServices::metrics( $services ),
			$logger
		);
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

	'WikibaseDispatch.RecentChangeWriter' => static function ( MediaWikiServices $services ): RecentChangeWriter {
		ClassNames::load( CommentStore::class, SiteLookup::class, CentralIdLookup::class );
		$language = $services->getContentLanguage();
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$sites = $services->getSiteLookup();
		return new RecentChangeWriter(
			$loadBalancers,
			new PageLookup( $loadBalancers ),
			new RemoteActors(
				ActorStores::forRemoteActors( $services->getActorStoreFactory() ),
				$services->getUserIdentityLookup(),
				$services->getCentralIdLookupFactory()->getNonLocalLookup(),
				$sites,
				WikibaseDispatchServices::wikiSettings( $services )
			),
			new RecentChangeComment(
				$sites,
				static function ( string $name, array $parameters ) use ( $language ): ?string {
					$message = wfMessage( $name, $parameters )->inLanguage( $language );
					return $message->exists() ? $message->text() : null;
				},
				static fn ( array $texts ): string => $language->semicolonList( $texts )
			),
			$services->getCommentStore(),
			new WrittenRecentChanges()
		);
	},

	'WikibaseDispatch.RecentHistory' => static function ( MediaWikiServices $services ): RecentHistory {
		ClassNames::load( WANObjectCache::class );
		return new RecentHistory(
			WikibaseDispatchServices::historyStore( $services ),
			$services->getMainWANObjectCache()
		);
	},

	'WikibaseDispatch.RecentStatus' => static function ( MediaWikiServices $services ): RecentStatus {
		ClassNames::load( WANObjectCache::class );
		return new RecentStatus(
			WikibaseDispatchServices::statusReader( $services ),
			$services->getMainWANObjectCache(),
			LoggerFactory::getInstance( 'WikibaseDispatch' )
		);
	},

	'WikibaseDispatch.RepoChangeLookup' => static function ( MediaWikiServices $services ): RepoChangeLookup {
		return new RepoChangeLookup(
			WikibaseDispatchServices::repoDatabase( $services ),
			WikibaseDispatchServices::logger( $services )
		);
	},

	'WikibaseDispatch.RepoDatabase' => static function ( MediaWikiServices $services ): RepoDatabase {
		return new RepoDatabase(
			$services->getDBLoadBalancerFactory(),
			WikibaseDispatchServices::clientSettings( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			$services->getMainConfig()->get( MainConfigNames::LocalDatabases )
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

	'WikibaseDispatch.SubscriptionKeeper' => static function ( MediaWikiServices $services ): SubscriptionKeeper {
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$repo = WikibaseDispatchServices::repoDatabase( $services );
		return new SubscriptionKeeper(
			new SubscriptionTable( $repo ),
			new UsageTable( $loadBalancers ),
			new SiteLinkTable( $repo ),
			new SubscriptionDiffs(),
			WikibaseDispatchServices::clientSettings( $services ),
			$loadBalancers
		);
	},

	'WikibaseDispatch.SubscriptionRebuild' => static function ( MediaWikiServices $services ): SubscriptionRebuild {
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$repo = WikibaseDispatchServices::repoDatabase( $services );
		return new SubscriptionRebuild(
			new SubscriptionTable( $repo ),
			new UsageTable( $loadBalancers ),
			new SiteLinkTable( $repo ),
			WikibaseDispatchServices::subscriptionKeeper( $services ),
			new SubscriptionDiffs(),
			new RebuildStore( $repo ),
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::clientSettings( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			$loadBalancers,
			WikibaseDispatchServices::logger( $services ),
			static fn (): float => hrtime( true ) / 1e9
		);
	},

	'WikibaseDispatch.StatusReader' => static function ( MediaWikiServices $services ): StatusReader {
		return new StatusReader(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			WikibaseDispatchServices::rolloutStore( $services ),
			WikibaseDispatchServices::failureStore( $services ),
			WikibaseDispatchServices::historyStore( $services )
		);
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

	'WikibaseDispatch.UsageTracker' => static function ( MediaWikiServices $services ): UsageTracker {
		return new UsageTracker(
			new UsageTable( $services->getDBLoadBalancerFactory() ),
			WikibaseDispatchServices::subscriptionKeeper( $services ),
			new SubscriptionDiffs(),
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::logger( $services )
		);
	},

	'WikibaseDispatch.WaitingNotifications' => static function ( MediaWikiServices $services ): WaitingNotifications {
		return new WaitingNotifications( $services->getJobQueueGroupFactory() );
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
