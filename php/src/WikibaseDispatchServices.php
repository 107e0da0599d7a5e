<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\SeenDelays;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\CurrentReads;
use MediaWiki\Extension\WikibaseDispatch\Client\Mark\OwnMark;
use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\Receipts;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeTeller;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeWriter;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RecentChangeRedactor;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\RepoRevisions;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RepoDatabase;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\SubscriptionRebuild;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTracker;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Edits;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ActionLog;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\ClientManagement;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OurClients;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Triggers;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Lookout;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutReport;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\EditAnnouncer;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ClientExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureStore;
use MediaWiki\Extension\WikibaseDispatch\Status\MetForms;
use MediaWiki\Extension\WikibaseDispatch\Status\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use Psr\Container\ContainerInterface;
use Psr\Log\LoggerInterface;

/**
 * The services of this extension, by type.
 */
final class WikibaseDispatchServices {

	public static function actionLog( ContainerInterface $services ): ActionLog {
		return $services->get( 'WikibaseDispatch.ActionLog' );
	}

	public static function changeExplainer( ContainerInterface $services ): ChangeExplainer {
		return $services->get( 'WikibaseDispatch.ChangeExplainer' );
	}

	public static function clientExplainer( ContainerInterface $services ): ClientExplainer {
		return $services->get( 'WikibaseDispatch.ClientExplainer' );
	}

	public static function clientManagement( ContainerInterface $services ): ClientManagement {
		return $services->get( 'WikibaseDispatch.ClientManagement' );
	}

	public static function clientSettings( ContainerInterface $services ): ClientSettings {
		return $services->get( 'WikibaseDispatch.ClientSettings' );
	}

	public static function currentReads( ContainerInterface $services ): CurrentReads {
		return $services->get( 'WikibaseDispatch.CurrentReads' );
	}

	public static function editAnnouncer( ContainerInterface $services ): EditAnnouncer {
		return $services->get( 'WikibaseDispatch.EditAnnouncer' );
	}

	public static function edits( ContainerInterface $services ): Edits {
		return $services->get( 'WikibaseDispatch.Edits' );
	}

	public static function failureStore( ContainerInterface $services ): FailureStore {
		return $services->get( 'WikibaseDispatch.FailureStore' );
	}

	public static function historyStore( ContainerInterface $services ): HistoryStore {
		return $services->get( 'WikibaseDispatch.HistoryStore' );
	}

	public static function interpreter( ContainerInterface $services ): Interpreter {
		return $services->get( 'WikibaseDispatch.Interpreter' );
	}

	public static function jobQueues( ContainerInterface $services ): JobQueues {
		return $services->get( 'WikibaseDispatch.JobQueues' );
	}

	public static function logger( ContainerInterface $services ): LoggerInterface {
		return $services->get( 'WikibaseDispatch.Logger' );
	}

	public static function lookout( ContainerInterface $services ): Lookout {
		return $services->get( 'WikibaseDispatch.Lookout' );
	}

	public static function seenDelays( ContainerInterface $services ): SeenDelays {
		return $services->get( 'WikibaseDispatch.SeenDelays' );
	}

	public static function metForms( ContainerInterface $services ): MetForms {
		return $services->get( 'WikibaseDispatch.MetForms' );
	}

	public static function metrics( ContainerInterface $services ): Metrics {
		return $services->get( 'WikibaseDispatch.Metrics' );
	}

	public static function module( ContainerInterface $services ): Module {
		return $services->get( 'WikibaseDispatch.Module' );
	}

	public static function nativeFactory( ContainerInterface $services ): NativeFactory {
		return $services->get( 'WikibaseDispatch.NativeFactory' );
	}

	public static function notificationHandler( ContainerInterface $services ): NotificationHandler {
		return $services->get( 'WikibaseDispatch.NotificationHandler' );
	}

	public static function ourClients( ContainerInterface $services ): OurClients {
		return $services->get( 'WikibaseDispatch.OurClients' );
	}

	public static function ownMark( ContainerInterface $services ): OwnMark {
		return $services->get( 'WikibaseDispatch.OwnMark' );
	}

	public static function recentChangeRedactor( ContainerInterface $services ): RecentChangeRedactor {
		return $services->get( 'WikibaseDispatch.RecentChangeRedactor' );
	}

	public static function receipts( ContainerInterface $services ): Receipts {
		return $services->get( 'WikibaseDispatch.Receipts' );
	}

	public static function recentChangeTeller( ContainerInterface $services ): RecentChangeTeller {
		return $services->get( 'WikibaseDispatch.RecentChangeTeller' );
	}

	public static function recentChangeWriter( ContainerInterface $services ): RecentChangeWriter {
		return $services->get( 'WikibaseDispatch.RecentChangeWriter' );
	}

	public static function repoDatabase( ContainerInterface $services ): RepoDatabase {
		return $services->get( 'WikibaseDispatch.RepoDatabase' );
	}

	public static function repoRevisions( ContainerInterface $services ): RepoRevisions {
		return $services->get( 'WikibaseDispatch.RepoRevisions' );
	}

	public static function rolloutReport( ContainerInterface $services ): RolloutReport {
		return $services->get( 'WikibaseDispatch.RolloutReport' );
	}

	public static function rolloutStore( ContainerInterface $services ): RolloutStore {
		return $services->get( 'WikibaseDispatch.RolloutStore' );
	}

	public static function shadowRecord( ContainerInterface $services ): ShadowRecord {
		return $services->get( 'WikibaseDispatch.ShadowRecord' );
	}

	public static function subscriptionKeeper( ContainerInterface $services ): SubscriptionKeeper {
		return $services->get( 'WikibaseDispatch.SubscriptionKeeper' );
	}

	public static function subscriptionRebuild( ContainerInterface $services ): SubscriptionRebuild {
		return $services->get( 'WikibaseDispatch.SubscriptionRebuild' );
	}

	public static function statusReader( ContainerInterface $services ): StatusReader {
		return $services->get( 'WikibaseDispatch.StatusReader' );
	}

	public static function triggers( ContainerInterface $services ): Triggers {
		return $services->get( 'WikibaseDispatch.Triggers' );
	}

	public static function usageTracker( ContainerInterface $services ): UsageTracker {
		return $services->get( 'WikibaseDispatch.UsageTracker' );
	}

	public static function wikiSettings( ContainerInterface $services ): WikiSettings {
		return $services->get( 'WikibaseDispatch.WikiSettings' );
	}
}
