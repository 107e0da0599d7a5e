<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

/**
 * A page of this wiki, as far as purging it and telling of it needs.
 */
final class ClientPage {

	public function __construct(
		public readonly int $id,
		public readonly int $namespace,
		public readonly string $dbKey,
		public readonly int $latestRevisionId,
		public readonly int $length
	) {
	}
}
