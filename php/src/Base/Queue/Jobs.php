<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use MediaWiki\JobQueue\JobSpecification;

/**
 * Makes the jobs that this extension pushes. They may be dropped by the queue while an equal one still waits: that
 * is what bounds their number.
 */
final class Jobs {

	/** What this wiki pushes to itself. */
	public const TRIGGER = 'wikibase-dispatch-trigger';
	public const CLIENT = 'wikibase-dispatch-client';
	public const PRUNE = 'wikibase-dispatch-prune';
	public const INJECT_RECENT_CHANGES = 'wikibase-dispatch-recent-changes';
	public const SETTLE_SUBSCRIPTIONS = 'wikibase-dispatch-settle-subscriptions';
	public const REPORT_RECEIPTS = 'wikibase-dispatch-report-receipts';
	/** What the repo pushes to clients. They keep their names: a client that was not upgraded yet must know them. */
	public const NOTIFICATION = 'DispatchNotification';
	public const REBUILD_SUBSCRIPTIONS = 'RebuildSubscriptions';
	/** Wikibase's own, of 1.38 and later. */
	public const ENTITY_CHANGE_NOTIFICATION = 'EntityChangeNotification';
	/** Wikibase's own, of 1.37 and earlier. */
	public const CHANGE_NOTIFICATION = 'ChangeNotification';
	/** Wikibase's own: revisions were hidden. */
	public const CHANGE_VISIBILITY_NOTIFICATION = 'ChangeVisibilityNotification';
	/** Wikibase's own: revisions were deleted. */
	public const CHANGE_DELETION_NOTIFICATION = 'ChangeDeletionNotification';

	/** Former names of jobs, which may wait in a queue or come from a host that was not upgraded yet. */
	public const FORMER = [
		'DispatchTrigger' => self::TRIGGER,
		'DispatchClient' => self::CLIENT,
		'PruneChanges' => self::PRUNE,
		'InjectRCRecords' => self::INJECT_RECENT_CHANGES,
		'SettleSubscriptions' => self::SETTLE_SUBSCRIPTIONS,
		'ReportReceipts' => self::REPORT_RECEIPTS,
	];

	/** Formats of notifications, as native code names them, and the jobs that bring them. */
	public const FORMATS = [
		'native' => self::NOTIFICATION,
		'entity-change' => self::ENTITY_CHANGE_NOTIFICATION,
		'change-ids' => self::CHANGE_NOTIFICATION,
	];

	public static function trigger(): JobSpecification {
		return self::job( self::TRIGGER, [], null );
	}

	/** Has a client of this repo served at once. */
	public static function client( string $siteId ): JobSpecification {
		return self::job( self::CLIENT, [ 'siteId' => $siteId ], null );
	}

	/**
	 * A job of this wiki's, as native code asks for it.
	 *
	 * @param array{type:string,params:array<string,mixed>,delay:int} $job `delay` in seconds
	 */
	public static function ofNative( array $job ): JobSpecification {
		return self::job( $job['type'], $job['params'], $job['delay'] );
	}

	/**
	 * @param array{type:string,params:array} $notification as a pass made it
	 * @param bool $dropDuplicate whether the queue is to drop it if an equal one waits
	 */
	public static function notification( array $notification, bool $dropDuplicate = true ): JobSpecification {
		return self::job( $notification['type'], $notification['params'], null, $dropDuplicate );
	}

	/**
	 * @param string $repo site id
	 * @param list<array<string,mixed>> $changes with the pages that are told of them, as native code made them
	 */
	public static function injectRecentChanges( string $repo, array $changes ): JobSpecification {
		return self::job( self::INJECT_RECENT_CHANGES, [ 'repo' => $repo, 'changes' => $changes ], null );
	}

	/**
	 * @param list<string> $entities ids
	 */
	public static function settleSubscriptions( array $entities ): JobSpecification {
		return self::job( self::SETTLE_SUBSCRIPTIONS, [ 'entityIds' => $entities ], null );
	}

	public static function rebuildSubscriptions(): JobSpecification {
		return self::job( self::REBUILD_SUBSCRIPTIONS, [], null );
	}

	/**
	 * @param int $delay in seconds
	 */
	public static function reportReceipts( int $delay ): JobSpecification {
		return self::job( self::REPORT_RECEIPTS, [], $delay );
	}

	/**
	 * The same job again, in a while.
	 *
	 * @param string $type
	 * @param array<string,mixed> $params
	 * @param int $delay in seconds, at least 1
	 */
	public static function later( string $type, array $params, int $delay ): JobSpecification {
		return self::job( $type, $params, $delay, false );
	}

	private static function job(
		string $type, array $params, ?int $delay, bool $dropDuplicate = true
	): JobSpecification {
		if ( $delay ) {
			// Never a moment too early: a trigger has to see all that was written while it waited.
			$params['jobReleaseTimestamp'] = (int)ceil( microtime( true ) + $delay );
		}
		return new JobSpecification( $type, $params, [ 'removeDuplicates' => $dropDuplicate ] );
	}
}
