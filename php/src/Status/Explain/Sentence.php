<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * What is to be said, in no language yet: the name of a message, and its parameters. Pages and scripts write it, so
 * both have the same words.
 */
final class Sentence {

	private const PREFIX = 'wikibasedispatch-';

	/**
	 * @param string $message
	 * @param list<Param|Sentence> $params
	 */
	private function __construct( public readonly string $message, public readonly array $params ) {
	}

	/**
	 * @param string $name of the message, without the prefix of this extension
	 * @param Param|Sentence ...$params in the order of the message
	 */
	public static function of( string $name, Param|self ...$params ): self {
		return new self( self::PREFIX . $name, array_values( $params ) );
	}
}
