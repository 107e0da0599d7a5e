<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch;

use MediaWiki\Extension\WikibaseDispatch\Client\NotificationHandler;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PassRunner;
use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Prune\PruneRunner;
use MediaWiki\Extension\WikibaseDispatch\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerRunner;
use MediaWiki\Extension\WikibaseDispatch\Trigger\TriggerScheduler;
use Psr\Container\ContainerInterface;

/**
 * The services of this extension, by type.
 */
final class WikibaseDispatchServices {

	public static function jobQueues( ContainerInterface $services ): JobQueues {
		return $services->get( 'WikibaseDispatch.JobQueues' );
	}

	public static function nativeFactory( ContainerInterface $services ): NativeFactory {
		return $services->get( 'WikibaseDispatch.NativeFactory' );
	}

	public static function notificationHandler( ContainerInterface $services ): NotificationHandler {
		return $services->get( 'WikibaseDispatch.NotificationHandler' );
	}

	public static function passRunner( ContainerInterface $services ): PassRunner {
		return $services->get( 'WikibaseDispatch.PassRunner' );
	}

	public static function pruneRunner( ContainerInterface $services ): PruneRunner {
		return $services->get( 'WikibaseDispatch.PruneRunner' );
	}

	public static function triggerRunner( ContainerInterface $services ): TriggerRunner {
		return $services->get( 'WikibaseDispatch.TriggerRunner' );
	}

	public static function triggerScheduler( ContainerInterface $services ): TriggerScheduler {
		return $services->get( 'WikibaseDispatch.TriggerScheduler' );
	}

	public static function wikiSettings( ContainerInterface $services ): WikiSettings {
		return $services->get( 'WikibaseDispatch.WikiSettings' );
	}
}
