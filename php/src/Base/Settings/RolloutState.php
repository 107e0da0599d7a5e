<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Settings;

/**
 * Who dispatches to a client.
 */
enum RolloutState: string {

	/** Wikibase's own dispatching, as if this extension were not there. */
	case Off = 'off';

	/** Wikibase's own dispatching; ours computes what it would have sent, and the two are compared. */
	case Shadow = 'shadow';

	/** Ours alone. */
	case On = 'on';
}
