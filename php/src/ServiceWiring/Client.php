<?php

declare( strict_types = 1 );

/**
 * How the services of a client are made: what handles notifications, and what keeps subscriptions.
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
use MediaWiki\Extension\WikibaseDispatch\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Subscription\RebuildStore;
use MediaWiki\Extension\WikibaseDispatch\Subscription\RepoDatabase;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SiteLinkTable;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SubscriptionRebuild;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SubscriptionTable;
use MediaWiki\Extension\WikibaseDispatch\Subscription\UsageTable;
use MediaWiki\Extension\WikibaseDispatch\Subscription\UsageTracker;
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
			$config->get( 'WikibaseDispatchSettings' ),
			$config->has( 'WBClientSettings' ) ? $config->get( 'WBClientSettings' ) : [],
			WikibaseDispatchServices::wikiSettings( $services ),
			$config->get( MainConfigNames::DBname ),
			$services->getNamespaceInfo()
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
];
