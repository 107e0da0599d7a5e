<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage;

/**
 * What users with the right can do to a client. The value is the name in the API, addresses, the log and messages.
 */
enum Action: string {

	case Disable = 'disable';
	case Enable = 'enable';
	/** Sets what the client has seen back or forward. */
	case Seek = 'seek';
	/** Queues a job that dispatches to the client at once. */
	case CatchUp = 'catchup';
	case RebuildSubscriptions = 'rebuildsubscriptions';
	/** Delivers a set-aside change again. */
	case TakeUp = 'takeup';
}
