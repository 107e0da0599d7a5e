<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * How dispatching is.
 */
enum Health: string {

	/** Changes arrive as soon as the settings let them. */
	case Healthy = 'healthy';

	/** They arrive, but late. */
	case Lagging = 'lagging';

	/** For one client at least they do not, and will not by themselves. */
	case Stuck = 'stuck';

	/** Nothing was ever dispatched, so nobody knows whether they would. */
	case Untried = 'untried';
}
