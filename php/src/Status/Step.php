<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * What was done when something failed.
 */
enum Step: string {

	/** Handing notifications to the client's queue. */
	case Push = 'push';

	/** Anything else: claiming, reading, recording what the client has seen. */
	case Other = 'other';
}
