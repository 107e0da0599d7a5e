<?php

declare( strict_types = 1 );

/**
 * How the services are made that tell an operator how things stand.
 */

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Caches;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Status\ErrorStore;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ClientExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\EntityChanges;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientHistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryKeeper;
use MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Status\History\RecentHistory;
use MediaWiki\Extension\WikibaseDispatch\Status\Lag\MedianLag;
use MediaWiki\Extension\WikibaseDispatch\Status\MetForms;
use MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Report\ClientReports;
use MediaWiki\Extension\WikibaseDispatch\Status\Report\WaitingChanges;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\ManageLink;
use MediaWiki\Extension\WikibaseDispatch\Ui\ClientPage\WayIn;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\Logger\LoggerFactory;
use MediaWiki\MediaWikiServices;

return [
	'WikibaseDispatch.ChangeExplainer' => static function ( MediaWikiServices $services ): ChangeExplainer {
		return new ChangeExplainer(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			WikibaseDispatchServices::rolloutStore( $services ),
			new EntityChanges( $services->getDBLoadBalancerFactory() )
		);
	},

	'WikibaseDispatch.ClientExplainer' => static function ( MediaWikiServices $services ): ClientExplainer {
		return new ClientExplainer(
			WikibaseDispatchServices::statusReader( $services ),
			WikibaseDispatchServices::nativeFactory( $services )
		);
	},

	'WikibaseDispatch.ClientReports' => static function ( MediaWikiServices $services ): ClientReports {
		$loadBalancers = $services->getDBLoadBalancerFactory();
		return new ClientReports(
			WikibaseDispatchServices::clientExplainer( $services ),
			new ClientHistoryStore( $loadBalancers ),
			new ErrorStore( $loadBalancers ),
			new WaitingChanges( $loadBalancers ),
			WikibaseDispatchServices::rolloutReport( $services ),
			$loadBalancers,
			Caches::wan( $services )
		);
	},

	'WikibaseDispatch.FailureStore' => static function ( MediaWikiServices $services ): FailureStore {
		return new FailureStore( $services->getDBLoadBalancerFactory() );
	},

	'WikibaseDispatch.HistoryKeeper' => static function ( MediaWikiServices $services ): HistoryKeeper {
		return new HistoryKeeper(
			WikibaseDispatchServices::historyStore( $services ),
			new ClientHistoryStore( $services->getDBLoadBalancerFactory() ),
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
		return new MedianLag(
			WikibaseDispatchServices::nativeFactory( $services ),
			Caches::wan( $services ),
			LoggerFactory::getInstance( 'WikibaseDispatch' )
		);
	},

	'WikibaseDispatch.MetForms' => static function ( MediaWikiServices $services ): MetForms {
		$module = WikibaseDispatchServices::module( $services );
		return new MetForms( Caches::stash( $services ), $module->version, time( ... ) );
	},

	'WikibaseDispatch.RecentHistory' => static function ( MediaWikiServices $services ): RecentHistory {
		return new RecentHistory(
			WikibaseDispatchServices::historyStore( $services ),
			Caches::wan( $services )
		);
	},

	'WikibaseDispatch.RecentStatus' => static function ( MediaWikiServices $services ): RecentStatus {
		return new RecentStatus(
			WikibaseDispatchServices::module( $services ),
			new RepoConnection( $services->getDBLoadBalancerFactory() ),
			WikibaseDispatchServices::statusReader( $services ),
			Caches::wan( $services ),
			LoggerFactory::getInstance( 'WikibaseDispatch' )
		);
	},

	'WikibaseDispatch.StatusReader' => static function ( MediaWikiServices $services ): StatusReader {
		return new StatusReader(
			WikibaseDispatchServices::nativeFactory( $services ),
			WikibaseDispatchServices::wikiSettings( $services ),
			WikibaseDispatchServices::rolloutStore( $services ),
			WikibaseDispatchServices::failureStore( $services ),
			WikibaseDispatchServices::historyStore( $services ),
			WikibaseDispatchServices::metForms( $services ),
			WikibaseDispatchServices::jobQueues( $services )
		);
	},

	'WikibaseDispatch.WayIn' => static function ( MediaWikiServices $services ): WayIn {
		return new WayIn(
			$services->get( 'WikibaseDispatch.ClientReports' ),
			WikibaseDispatchServices::changeExplainer( $services ),
			WikibaseDispatchServices::rolloutReport( $services ),
			$services->get( 'WikibaseDispatch.RecentHistory' ),
			new ManageLink( $services->getSpecialPageFactory() ),
			$services->getDBLoadBalancerFactory(),
			LoggerFactory::getInstance( 'WikibaseDispatch' )
		);
	},
];
