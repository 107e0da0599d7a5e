<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

/**
 * How a command ended, and what it said on both of its outputs.
 */
final class CommandResult {

	public function __construct(
		public readonly int $status,
		public readonly string $output
	) {
	}
}
