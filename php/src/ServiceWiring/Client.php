<?php

declare( strict_types = 1 );

/**
 * How the services of a client are made: what handles notifications, and what keeps subscriptions.
 */

use MediaWiki\CommentStore\CommentStore;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\BadChangeReport;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ActorStores;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Caches;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\HostSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\JobAttempts;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\RecentChangeColumns;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\RecentChangeSaver;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\TrackedAspects;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\ReceiptReport;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\ChangeHooks;
use MediaWiki\Extension\WikibaseDispatch\Client\CurrentReads;
use MediaWiki\Extension\WikibaseDispatch\Client\LinkedPageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\Mark\MarkTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Mark\OwnMark;
use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Client\PageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\PageUpdater;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\HandledTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\Receipts;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\ReceiptTable;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeComment;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeListeners;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeTeller;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeWriter;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RecentChangeGuard;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RecentChangeRedactor;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RepoRevisions;
use MediaWiki\Extension\WikibaseDispatch\Client\RemoteActors;
use MediaWiki\Extension\WikibaseDispatch\Client\RepoChangeLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RebuildStore;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RepoDatabase;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SiteLinkTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionRebuild;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTracker;
use MediaWiki\Extension\WikibaseDispatch\Client\UnknownFormReport;
use MediaWiki\Extension\WikibaseDispatch\Client\UsageLookup;
use MediaWiki\Extension\WikibaseDispatch\Client\WaitingNotifications;
use MediaWiki\Extension\WikibaseDispatch\Client\WrittenRecentChanges;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\InstalledWikibase;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MainConfigNames;
use MediaWiki\MediaWikiServices;
use MediaWiki\Site\SiteLookup;
use MediaWiki\Title\NamespaceInfo;
use MediaWiki\Title\TitleFactory;
use MediaWiki\User\CentralId\CentralIdLookup;

return [
	'WikibaseDispatch.ClientSettings' => static function ( MediaWikiServices $services ): ClientSettings {
		ClassNames::load( NamespaceInfo::class );
		$config = $services->getMainConfig();
		return new ClientSettings(
			HostSettings::map( $config, 'WikibaseDispatchSettings' ),
			InstalledWikibase::clientSettings( $services, ClientSettings::OF_WIKIBASE ),
			WikibaseDispatchServices::wikiSettings( $services ),
			$config->get( MainConfigNames::DBname ),
			$services->getNamespaceInfo()
		);
	},

	'WikibaseDispatch.CurrentReads' => static function ( MediaWikiServices $services ): CurrentReads {
		return new CurrentReads(
			$services->getDBLoadBalancerFactory(),
			UsageDatabase::of( $services ),
			Caches::ofHost( $services ),
			static fn (): float => hrtime( true ) / 1e9,
			WikibaseDispatchServices::logger( $services )
		);
	},

	'WikibaseDispatch.NotificationDecoder' => static function ( MediaWikiServices $services ): NotificationDecoder {
		return new NotificationDecoder( WikibaseDispatchServices::module( $services ) );
	},

	'WikibaseDispatch.NotificationHandler' => static function ( MediaWikiServices $services ): NotificationHandler {
		ClassNames::load( TitleFactory::class );
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$logger = WikibaseDispatchServices::logger( $services );
		$queues = WikibaseDispatchServices::jobQueues( $services );
		return new NotificationHandler(
			WikibaseDispatchServices::currentReads( $services ),
			new UsageLookup(),
			new LinkedPageLookup( $services->getTitleFactory() ),
			new PageLookup(),
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
			new UnknownFormReport(
				static function ( string $form ) use ( $services ): bool {
					$stash = $services->getMainObjectStash();
					$key = $stash->makeKey( 'wikibase-dispatch-unknown-form', sha1( $form ) );
					return $stash->add( $key, 1, $stash::TTL_DAY );
				},
				WikibaseDispatchServices::metrics( $services ),
				$logger
			),
			TrackedAspects::of(),
			WikibaseDispatchServices::ownMark( $services ),
			WikibaseDispatchServices::receipts( $services ),
			static fn (): RecentChangeTeller => WikibaseDispatchServices::recentChangeTeller( $services ),
			WikibaseDispatchServices::metrics( $services ),
			$logger
		);
	},

	'WikibaseDispatch.OwnMark' => static function ( MediaWikiServices $services ): OwnMark {
		$config = $services->getMainConfig();
		return new OwnMark(
			new MarkTable( WikibaseDispatchServices::repoDatabase( $services ) ),
			WikibaseDispatchServices::clientSettings( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			new Transactions( $services->getDBLoadBalancerFactory() ),
			FoundVersions::module(),
			static fn (): string => FoundVersions::here()->extension,
			HostSettings::map( $config, MainConfigNames::JobClasses ),
			WikibaseDispatchServices::receipts( $services ),
			static fn ( string $what, int $seconds ): bool =>
				Caches::isFirst( $services, 'wikibase-dispatch-client', $what, $seconds ),
			static fn (): float => hrtime( true ) / 1e9,
			WikibaseDispatchServices::logger( $services )
		);
	},

	'WikibaseDispatch.Receipts' => static function ( MediaWikiServices $services ): Receipts {
		$loadBalancers = $services->getDBLoadBalancerFactory();
		return new Receipts(
			new HandledTable( $loadBalancers ),
			new ReceiptTable( WikibaseDispatchServices::repoDatabase( $services ) ),
			new ReceiptReport( WikibaseDispatchServices::module( $services ) ),
			WikibaseDispatchServices::clientSettings( $services ),
			new Transactions( $loadBalancers ),
			WikibaseDispatchServices::jobQueues( $services ),
			static fn ( string $what, int $seconds ): bool =>
				Caches::isFirst( $services, 'wikibase-dispatch-client', $what, $seconds ),
			WikibaseDispatchServices::logger( $services )
		);
	},

	'WikibaseDispatch.RecentChangeTeller' => static function ( MediaWikiServices $services ): RecentChangeTeller {
		return new RecentChangeTeller(
			WikibaseDispatchServices::recentChangeWriter( $services ),
			WikibaseDispatchServices::metrics( $services )
		);
	},

	'WikibaseDispatch.RecentChangeWriter' => static function ( MediaWikiServices $services ): RecentChangeWriter {
		ClassNames::load( CommentStore::class, SiteLookup::class, CentralIdLookup::class );
		$language = $services->getContentLanguage();
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$sites = $services->getSiteLookup();
		return new RecentChangeWriter(
			$loadBalancers,
			WikibaseDispatchServices::currentReads( $services ),
			new PageLookup(),
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
			new WrittenRecentChanges(),
			new RecentChangeColumns(),
			new RecentChangeListeners( $services->getHookContainer(), $services->getMainConfig() ),
			new RecentChangeSaver( $services ),
			new RecentChangeGuard(
				WikibaseDispatchServices::repoRevisions( $services ),
				WikibaseDispatchServices::recentChangeRedactor( $services ),
				WikibaseDispatchServices::logger( $services )
			)
		);
	},

	'WikibaseDispatch.RecentChangeRedactor' => static function ( MediaWikiServices $services ): RecentChangeRedactor {
		ClassNames::load( CommentStore::class );
		return new RecentChangeRedactor(
			$services->getDBLoadBalancerFactory(),
			$services->getCommentStore(),
			max( 1, (int)$services->getMainConfig()->get( MainConfigNames::UpdateRowsPerQuery ) )
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
			HostSettings::names( $services->getMainConfig(), MainConfigNames::LocalDatabases )
		);
	},

	'WikibaseDispatch.RepoRevisions' => static function ( MediaWikiServices $services ): RepoRevisions {
		return new RepoRevisions( WikibaseDispatchServices::repoDatabase( $services ) );
	},

	'WikibaseDispatch.SubscriptionKeeper' => static function ( MediaWikiServices $services ): SubscriptionKeeper {
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$repo = WikibaseDispatchServices::repoDatabase( $services );
		return new SubscriptionKeeper(
			new SubscriptionTable( $repo ),
			new UsageTable( UsageDatabase::of( $services ) ),
			new SiteLinkTable( $repo ),
			new SubscriptionDiffs( WikibaseDispatchServices::module( $services ) ),
			WikibaseDispatchServices::clientSettings( $services ),
			$loadBalancers
		);
	},

	'WikibaseDispatch.SubscriptionRebuild' => static function ( MediaWikiServices $services ): SubscriptionRebuild {
		$loadBalancers = $services->getDBLoadBalancerFactory();
		$repo = WikibaseDispatchServices::repoDatabase( $services );
		return new SubscriptionRebuild(
			new SubscriptionTable( $repo ),
			new UsageTable( UsageDatabase::of( $services ) ),
			new SiteLinkTable( $repo ),
			WikibaseDispatchServices::subscriptionKeeper( $services ),
			new SubscriptionDiffs( WikibaseDispatchServices::module( $services ) ),
			new RebuildStore( $repo ),
			WikibaseDispatchServices::jobQueues( $services ),
			WikibaseDispatchServices::clientSettings( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			$loadBalancers,
			WikibaseDispatchServices::logger( $services ),
			static fn (): float => hrtime( true ) / 1e9
		);
	},

	'WikibaseDispatch.UsageTracker' => static function ( MediaWikiServices $services ): UsageTracker {
		return new UsageTracker(
			new UsageTable( UsageDatabase::of( $services ) ),
			WikibaseDispatchServices::subscriptionKeeper( $services ),
			new SubscriptionDiffs( WikibaseDispatchServices::module( $services ) ),
			WikibaseDispatchServices::jobQueues( $services ),
			new Transactions( $services->getDBLoadBalancerFactory() ),
			WikibaseDispatchServices::logger( $services )
		);
	},

	'WikibaseDispatch.WaitingNotifications' => static function ( MediaWikiServices $services ): WaitingNotifications {
		return new WaitingNotifications( $services->getJobQueueGroupFactory(), new JobAttempts() );
	},
];
