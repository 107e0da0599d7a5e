<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Migration\Takeover;

/**
 * Puts this extension where Wikibase's edits and its job runner come by, without a change to Wikibase.
 *
 * Wikibase (1.38 and later) announces each change by pushing a job of its own. The queue of that one job type is
 * replaced, so that a push becomes an announcement to us and costs no job; and the class of the job is, for the jobs
 * that wait already and for the clients that are still Wikibase's.
 */
final class Takeover {

	/** The job of Wikibase that dispatches the changes of one entity. */
	public const DISPATCH_CHANGES = 'DispatchChanges';

	/**
	 * To be called when all extensions are registered and nothing has been pushed yet.
	 *
	 * @param array<string,mixed> &$jobClasses `$wgJobClasses`
	 * @param array<string,array> &$queueConfigs `$wgJobTypeConf`
	 */
	public static function register( array &$jobClasses, array &$queueConfigs ): void {
		if ( !isset( $jobClasses[self::DISPATCH_CHANGES] ) ) {
			// No repo, or one that dispatches by cron.
			return;
		}
		$queueConfigs[self::DISPATCH_CHANGES] = AnnouncingQueue::inFront( $queueConfigs, self::DISPATCH_CHANGES );
		$jobClasses[self::DISPATCH_CHANGES] = [
			'class' => DispatchChangesJob::class,
			'services' => [
				'WikibaseDispatch.NativeFactory', 'WikibaseDispatch.Interpreter', 'WikibaseDispatch.WikibaseJobs',
				'WikibaseDispatch.EditAnnouncer',
			],
			'needsPage' => false,
		];
	}
}
