<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

/**
 * A line of text, and how it looks.
 */
final class Line {

	public function __construct( public readonly string $text, public readonly Style $style = Style::Plain ) {
	}
}
