<?php
/**
 * The types of jobs of a farm that go through a chain.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

final class JobTypes {

	/** Of the repo. */
	public const DISPATCHING = [ 'DispatchTrigger', 'DispatchClient', 'PruneChanges' ];
	/** Of the clients. */
	public const NOTIFICATIONS = [ 'DispatchNotification', 'EntityChangeNotification' ];
	public const OTHERS = [
		'InjectRCRecords', 'ReportReceipts', 'SettleSubscriptions', 'RebuildSubscriptions', 'refreshLinks',
		'htmlCacheUpdate', 'cdnPurge', 'recentChangesUpdate',
	];
	public const ALL = [ ...self::DISPATCHING, ...self::NOTIFICATIONS, ...self::OTHERS ];
}
