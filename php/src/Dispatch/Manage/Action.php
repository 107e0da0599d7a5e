<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

/**
 * What somebody with the right can do to a client. Its value is its name in the API, in addresses, in the log and in
 * messages.
 */
enum Action: string {

	case Disable = 'disable';
	case Enable = 'enable';
	/** Sets what the client has seen back or forward. */
	case Seek = 'seek';
	/** Has the client served at once, by a job. */
	case CatchUp = 'catchup';
	case RebuildSubscriptions = 'rebuildsubscriptions';
	/** Has a change delivered again that was set aside. */
	case TakeUp = 'takeup';
}
