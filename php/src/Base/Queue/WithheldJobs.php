<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

/**
 * Keeps jobs that take the native module from the runners of a host without it. They can be pushed as ever.
 */
final class WithheldJobs {

	/** Jobs that take the native module, where they are ours. */
	public const TYPES = [
		Jobs::TRIGGER, Jobs::CLIENT, Jobs::PRUNE, Jobs::NOTIFICATION, Jobs::ENTITY_CHANGE_NOTIFICATION,
		Jobs::CHANGE_NOTIFICATION, Jobs::SETTLE_SUBSCRIPTIONS, Jobs::REBUILD_SUBSCRIPTIONS, Jobs::REPORT_RECEIPTS,
	];

	/**
	 * To be called when all extensions are registered and nothing has been pushed yet.
	 *
	 * @param list<string> $types
	 * @param string $why what a runner is told
	 * @param array<string,mixed> &$jobClasses `$wgJobClasses`
	 * @param array<string,array> &$queueConfigs `$wgJobTypeConf`
	 * @param list<string> &$excluded `$wgJobTypesExcludedFromDefaultQueue`
	 */
	public static function register(
		array $types, string $why, array &$jobClasses, array &$queueConfigs, array &$excluded
	): void {
		foreach ( $types as $type ) {
			$jobClasses[$type] = [
				'class' => RefusedJob::class,
				'services' => [ 'WikibaseDispatch.JobQueues' ],
				'args' => [ $type, $why ],
				'needsPage' => false,
			];
			$queueConfigs[$type] = WithheldQueue::inFront( $queueConfigs, $type, [ 'why' => $why ] );
		}
		if ( PHP_SAPI !== 'cli' ) {
			// A web server that runs jobs after requests does not try again and again. A runner does, and tells.
			$excluded = [ ...$excluded, ...$types ];
		}
	}
}
