<?php

declare( strict_types = 1 );

/**
 * How the services are made that tell an operator how things stand.
 */

use MediaWiki\Extension\WikibaseDispatch\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Explain\ClientExplainer;
use MediaWiki\Extension\WikibaseDispatch\History\HistoryKeeper;
use MediaWiki\Extension\WikibaseDispatch\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\History\RecentHistory;
use MediaWiki\Extension\WikibaseDispatch\Lag\MedianLag;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureStore;
use MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\Logger\LoggerFactory;
use MediaWiki\MediaWikiServices;
use Wikimedia\ObjectCache\WANObjectCache;

return [
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

	'WikibaseDispatch.MedianLag' => static function ( MediaWikiServices $services ): MedianLag {
		$cache = $services->getMainWANObjectCache();
		ClassNames::load( WANObjectCache::class );
		return new MedianLag(
			WikibaseDispatchServices::nativeFactory( $services ),
			$cache,
			LoggerFactory::getInstance( 'WikibaseDispatch' )
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

	'WikibaseDispatch.StatusReader' => static function ( MediaWikiServices $services ): StatusReader {
		return new StatusReader(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			WikibaseDispatchServices::rolloutStore( $services ),
			WikibaseDispatchServices::failureStore( $services ),
			WikibaseDispatchServices::historyStore( $services )
		);
	},
];
