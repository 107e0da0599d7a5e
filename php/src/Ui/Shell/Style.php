<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

/**
 * How a line looks on a terminal that shows colours, as the parameter of an escape sequence.
 */
enum Style: string {

	case Plain = '0';
	case Good = '32';
	case Doubtful = '33';
	case Bad = '31';
}
