<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch;

use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Client\RecentChangeWriter;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\CatchUp;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSeek;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ClientSwitch;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchListener;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\NotificationPusher;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OnePass;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\OurClients;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassReport;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassRunner;
use MediaWiki\Extension\WikibaseDispatch\Explain\ChangeExplainer;
use MediaWiki\Extension\WikibaseDispatch\Explain\ClientExplainer;
use MediaWiki\Extension\WikibaseDispatch\History\HistoryStore;
use MediaWiki\Extension\WikibaseDispatch\Metrics\DispatchMetrics;
use MediaWiki\Extension\WikibaseDispatch\Metrics\Metrics;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Prune\PruneRunner;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Subscription\RepoDatabase;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SubscriptionKeeper;
use MediaWiki\Extension\WikibaseDispatch\Subscription\SubscriptionRebuild;
use MediaWiki\Extension\WikibaseDispatch\Subscription\UsageTracker;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureKeeper;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureStore;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Takeover\EditAnnouncer;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Look;
use MediaWiki\Extension\WikibaseDispatch\Trigger\Lookout;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerRunner;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use Psr\Container\ContainerInterface;
use Psr\Log\LoggerInterface;

/**
 * The services of this extension, by type.
 */
final class WikibaseDispatchServices {

	public static function catchUp( ContainerInterface $services ): CatchUp {
		return $services->get( 'WikibaseDispatch.CatchUp' );
	}

	public static function changeExplainer( ContainerInterface $services ): ChangeExplainer {
		return $services->get( 'WikibaseDispatch.ChangeExplainer' );
	}

	public static function clientExplainer( ContainerInterface $services ): ClientExplainer {
		return $services->get( 'WikibaseDispatch.ClientExplainer' );
	}

	public static function clientSeek( ContainerInterface $services ): ClientSeek {
		return $services->get( 'WikibaseDispatch.ClientSeek' );
	}

	public static function clientSettings( ContainerInterface $services ): ClientSettings {
		return $services->get( 'WikibaseDispatch.ClientSettings' );
	}

	public static function clientSwitch( ContainerInterface $services ): ClientSwitch {
		return $services->get( 'WikibaseDispatch.ClientSwitch' );
	}

	public static function editAnnouncer( ContainerInterface $services ): EditAnnouncer {
		return $services->get( 'WikibaseDispatch.EditAnnouncer' );
	}

	public static function failureStore( ContainerInterface $services ): FailureStore {
		return $services->get( 'WikibaseDispatch.FailureStore' );
	}

	public static function historyStore( ContainerInterface $services ): HistoryStore {
		return $services->get( 'WikibaseDispatch.HistoryStore' );
	}

	public static function jobQueues( ContainerInterface $services ): JobQueues {
		return $services->get( 'WikibaseDispatch.JobQueues' );
	}

	public static function logger( ContainerInterface $services ): LoggerInterface {
		return $services->get( 'WikibaseDispatch.Logger' );
	}

	/**
	 * @return list<DispatchListener> who hears what becomes of dispatching
	 */
	public static function listeners( ContainerInterface $services ): array {
		return [
			new DispatchMetrics( self::metrics( $services ) ),
			new FailureKeeper( self::failureStore( $services ), $services->get( 'DBLoadBalancerFactory' ) ),
		];
	}

	public static function look( ContainerInterface $services ): Look {
		return $services->get( 'WikibaseDispatch.Look' );
	}

	public static function lookout( ContainerInterface $services ): Lookout {
		return $services->get( 'WikibaseDispatch.Lookout' );
	}

	public static function metrics( ContainerInterface $services ): Metrics {
		return $services->get( 'WikibaseDispatch.Metrics' );
	}

	public static function nativeFactory( ContainerInterface $services ): NativeFactory {
		return $services->get( 'WikibaseDispatch.NativeFactory' );
	}

	public static function notificationHandler( ContainerInterface $services ): NotificationHandler {
		return $services->get( 'WikibaseDispatch.NotificationHandler' );
	}

	public static function notificationPusher( ContainerInterface $services ): NotificationPusher {
		return $services->get( 'WikibaseDispatch.NotificationPusher' );
	}

	public static function onePass( ContainerInterface $services ): OnePass {
		return $services->get( 'WikibaseDispatch.OnePass' );
	}

	public static function ourClients( ContainerInterface $services ): OurClients {
		return $services->get( 'WikibaseDispatch.OurClients' );
	}

	public static function passReport( ContainerInterface $services ): PassReport {
		return $services->get( 'WikibaseDispatch.PassReport' );
	}

	public static function passRunner( ContainerInterface $services ): PassRunner {
		return $services->get( 'WikibaseDispatch.PassRunner' );
	}

	public static function pruneRunner( ContainerInterface $services ): PruneRunner {
		return $services->get( 'WikibaseDispatch.PruneRunner' );
	}

	public static function recentChangeWriter( ContainerInterface $services ): RecentChangeWriter {
		return $services->get( 'WikibaseDispatch.RecentChangeWriter' );
	}

	public static function repoDatabase( ContainerInterface $services ): RepoDatabase {
		return $services->get( 'WikibaseDispatch.RepoDatabase' );
	}

	public static function rolloutKeeper( ContainerInterface $services ): RolloutKeeper {
		return $services->get( 'WikibaseDispatch.RolloutKeeper' );
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

	public static function triggerRunner( ContainerInterface $services ): TriggerRunner {
		return $services->get( 'WikibaseDispatch.TriggerRunner' );
	}

	public static function triggerScheduler( ContainerInterface $services ): TriggerScheduler {
		return $services->get( 'WikibaseDispatch.TriggerScheduler' );
	}

	public static function usageTracker( ContainerInterface $services ): UsageTracker {
		return $services->get( 'WikibaseDispatch.UsageTracker' );
	}

	public static function wikiSettings( ContainerInterface $services ): WikiSettings {
		return $services->get( 'WikibaseDispatch.WikiSettings' );
	}
}
