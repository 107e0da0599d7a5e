<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\ClassNames;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\EditQueue;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\WithheldJobs;
use MediaWiki\Extension\WikibaseDispatch\Client\ChangeNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Client\EntityChangeNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\ChangeDeletionNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Client\Redaction\ChangeVisibilityNotificationJob;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\Takeover;
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
	 * Jobs of Wikibase that ours replace, where it has them or not: a row of ours may tell of several revisions, of
	 * which Wikibase's jobs know the last alone.
	 */
	private const REPLACED_JOBS = [
		Jobs::CHANGE_VISIBILITY_NOTIFICATION => [
			'class' => ChangeVisibilityNotificationJob::class,
			'services' => [ 'WikibaseDispatch.RepoRevisions', 'WikibaseDispatch.RecentChangeRedactor' ],
			'needsPage' => false,
		],
		Jobs::CHANGE_DELETION_NOTIFICATION => [
			'class' => ChangeDeletionNotificationJob::class,
			'services' => [ 'WikibaseDispatch.RecentChangeRedactor' ],
			'needsPage' => false,
		],
	];

	/**
	 * What MediaWiki calls.
	 *
	 * @param array<string,mixed> $credits what extension.json says of the extension itself
	 */
	public static function onRegistration( array $credits ): void {
		self::register( new Module( $credits['version'], Module::loadedVersion() ) );
	}

	public static function register( Module $module ): void {
		ClassNames::register();
		$GLOBALS['wgJobClasses'] = self::REPLACED_JOBS + $GLOBALS['wgJobClasses'] + self::JOBS_OF_WIKIBASE
			+ self::formerJobs( $GLOBALS['wgJobClasses'] );
		Takeover::register( $GLOBALS['wgJobClasses'], $GLOBALS['wgJobTypeConf'] );
		self::makeEditsCheap();
		if ( !$module->isUsable() ) {
			self::withholdJobs( $module->whyNot() );
		}
		if ( version_compare( MW_VERSION, self::FIRST_WITH_JOB_SPECIFICATIONS, '<' ) ) {
			self::makeJobClassesCallable();
		}
	}

	/** Where MediaWiki keeps jobs in the database: edits push a trigger, or where there is only one client, its job. */
	private static function makeEditsCheap(): void {
		foreach ( [ Jobs::TRIGGER, Jobs::CLIENT ] as $type ) {
			$config = $GLOBALS['wgJobTypeConf'][$type] ?? $GLOBALS['wgJobTypeConf']['default'] ?? [];
			$isInDatabase = in_array( ltrim( $config['class'] ?? '', '\\' ), JobQueues::IN_DATABASE, true );
			if ( $isInDatabase && self::isOurJob( $GLOBALS['wgJobClasses'][$type] ?? null ) ) {
				$GLOBALS['wgJobTypeConf'][$type] = [ 'class' => EditQueue::class ] + $config;
			}
		}
	}

	/**
	 * Jobs under their former names. A job keeps the name by which it was queued: its queue finds it by that.
	 *
	 * @param array<string,mixed> $jobClasses `$wgJobClasses`
	 * @return array<string,array>
	 */
	private static function formerJobs( array $jobClasses ): array {
		$former = [];
		foreach ( Jobs::FORMER as $name => $type ) {
			if ( isset( $jobClasses[$type] ) ) {
				$former[$name] = $jobClasses[$type] + [ 'args' => [ $name ] ];
			}
		}
		return $former;
	}

	private static function withholdJobs( string $why ): void {
		$types = array_filter(
			[ ...WithheldJobs::TYPES, ...array_keys( array_intersect( Jobs::FORMER, WithheldJobs::TYPES ) ) ],
			static fn ( string $type ) => self::isOurJob( $GLOBALS['wgJobClasses'][$type] ?? null )
		);
		WithheldJobs::register(
			array_values( $types ),
			$why,
			$GLOBALS['wgJobClasses'],
			$GLOBALS['wgJobTypeConf'],
			$GLOBALS['wgJobTypesExcludedFromDefaultQueue']
		);
	}

	/** MediaWiki 1.39 takes a class name or a callable per job, and cannot inject services. */
	private static function makeJobClassesCallable(): void {
		foreach ( (array)$GLOBALS['wgJobClasses'] as $command => $spec ) {
			if ( self::isOurJob( $spec ) ) {
				// An object factory knows no `needsPage`: it is the job factory of later versions that does.
				unset( $spec['needsPage'] );
				$GLOBALS['wgJobClasses'][$command] = static fn ( $page, array $params ) =>
					MediaWikiServices::getInstance()->getObjectFactory()
						->createObject( $spec, [ 'extraArgs' => [ $params ] ] );
			}
		}
	}

	private static function isOurJob( mixed $spec ): bool {
		return is_array( $spec ) && str_starts_with( $spec['class'] ?? '', 'MediaWiki\\Extension\\WikibaseDispatch\\' );
	}
}
