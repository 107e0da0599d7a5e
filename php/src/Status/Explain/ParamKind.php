<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * How a parameter is written.
 */
enum ParamKind {

	/** A name of a wiki, an entity, an error…: as it is. */
	case Name;

	/** A client, by its site ID: the page links it. */
	case Client;

	/** A number that is a name: as in the database. */
	case Id;

	/** A number of things. */
	case Number;

	/** Seconds. */
	case Duration;

	/** A point in time. */
	case Moment;

	/** How long ago a point in time is. */
	case Ago;

	/** Several, with commas between them. */
	case Items;
}
