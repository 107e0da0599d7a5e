<?php
/**
 * The types of jobs of a farm that go through a chain.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;

final class JobTypes {

	/** Of the repo. */
	public const DISPATCHING = [ Jobs::TRIGGER, Jobs::CLIENT, Jobs::PRUNE ];
	/** Of the clients. */
	public const NOTIFICATIONS = [ Jobs::NOTIFICATION, Jobs::ENTITY_CHANGE_NOTIFICATION ];
	public const OTHERS = [
		Jobs::INJECT_RECENT_CHANGES, Jobs::REPORT_RECEIPTS, Jobs::SETTLE_SUBSCRIPTIONS, Jobs::REBUILD_SUBSCRIPTIONS,
		'refreshLinks', 'htmlCacheUpdate', 'cdnPurge', 'recentChangesUpdate',
	];
	public const ALL = [ ...self::DISPATCHING, ...self::NOTIFICATIONS, ...self::OTHERS ];
}
