<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * How far a change is on its way to a client. What may need attention comes first.
 */
enum AudienceState: string {

	/** It was delivered, and the client has not confirmed it. */
	case Unhandled = 'unhandled';

	case Waiting = 'waiting';

	/** The client has no dispatch state yet. */
	case NotStarted = 'not-started';

	case Disabled = 'disabled';

	/** To a client that confirms nothing. */
	case Delivered = 'delivered';

	/** The client has confirmed it. */
	case Handled = 'handled';

	/** The client is Wikibase's. */
	case Wikibase = 'wikibase';

	/** A wiki that is subscribed and is no client of this repo. */
	case NoClient = 'no-client';
}
