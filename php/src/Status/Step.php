<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * What was done when something failed.
 */
enum Step: string {

	/** Looking who needs a pass. */
	case Trigger = 'trigger';

	/** Claiming a client and assembling its notifications. */
	case Begin = 'begin';

	/** Handing notifications to the client's queue. */
	case Push = 'push';

	/** Recording what the client has seen. */
	case Finish = 'finish';
}
