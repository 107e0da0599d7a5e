<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Compat;

use MediaWiki\Extension\WikibaseDispatch\Client\ChangeNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Client\EntityChangeNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Native\IncompatibleModuleException;
use MediaWiki\Extension\WikibaseDispatch\Native\ModuleVersion;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Takeover\Takeover;
use MediaWiki\MediaWikiServices;

/**
 * What has to be said to a version of MediaWiki while it registers the extension.
 */
final class Registration {

	private const FIRST_WITH_JOB_SPECIFICATIONS = '1.40';

	/**
	 * Jobs that are Wikibase's own, where it does not have them: a wiki without it, or with one that has left a format
	 * behind. Where it does, it handles what comes in its format, and we what comes in ours; `notificationFormat` says
	 * which.
	 *
	 * They are not in extension.json, because MediaWiki would mix what two extensions say there of one job.
	 */
	private const JOBS_OF_WIKIBASE = [
		Jobs::ENTITY_CHANGE_NOTIFICATION => [
			'class' => EntityChangeNotificationJob::class,
			'services' => [
				'WikibaseDispatch.NotificationDecoder',
				'WikibaseDispatch.NotificationHandler',
				'WikibaseDispatch.WaitingNotifications',
				'WikibaseDispatch.ClientSettings',
				'WikibaseDispatch.Logger',
			],
			'needsPage' => false,
		],
		Jobs::CHANGE_NOTIFICATION => [
			'class' => ChangeNotificationJob::class,
			'services' => [
				'WikibaseDispatch.NotificationDecoder',
				'WikibaseDispatch.RepoChangeLookup',
				'WikibaseDispatch.NotificationHandler',
				'WikibaseDispatch.ClientSettings',
				'WikibaseDispatch.Logger',
			],
			'needsPage' => false,
		],
	];

	/**
	 * What MediaWiki calls.
	 *
	 * @param array<string,mixed> $credits what extension.json says of the extension itself
	 */
	public static function onRegistration( array $credits ): void {
		self::register( $credits['version'], ModuleVersion::loaded() );
	}

	/**
	 * @throws IncompatibleModuleException
	 */
	public static function register( string $version, string $moduleVersion ): void {
		ModuleVersion::check( $version, $moduleVersion );
		ClassNames::register();
		$GLOBALS['wgJobClasses'] += self::JOBS_OF_WIKIBASE;
		Takeover::register( $GLOBALS['wgJobClasses'], $GLOBALS['wgJobTypeConf'] );
		if ( version_compare( MW_VERSION, self::FIRST_WITH_JOB_SPECIFICATIONS, '<' ) ) {
			self::makeJobClassesCallable();
		}
	}

	/** MediaWiki 1.39 takes a class name or a callable per job, and cannot inject services. */
	private static function makeJobClassesCallable(): void {
		foreach ( $GLOBALS['wgJobClasses'] as $command => $spec ) {
			if ( is_array( $spec ) && isset( $spec['class'] ) && self::isOurs( $spec['class'] ) ) {
				// An object factory knows no `needsPage`: it is the job factory of later versions that does.
				unset( $spec['needsPage'] );
				$GLOBALS['wgJobClasses'][$command] = static fn ( $page, array $params ) =>
					MediaWikiServices::getInstance()->getObjectFactory()
						->createObject( $spec, [ 'extraArgs' => [ $params ] ] );
			}
		}
	}

	private static function isOurs( string $class ): bool {
		return str_starts_with( $class, 'MediaWiki\\Extension\\WikibaseDispatch\\' );
	}
}
