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

	/**
	 * @param int $id
	 * @param array<int,int|string> $facts as {@see facts()} gave them
	 * @return self|null null: they are not all there
	 */
	public static function of( int $id, array $facts ): ?self {
		return count( $facts ) < 4 ? null
			: new self( $id, (int)$facts[0], (string)$facts[1], (int)$facts[2], (int)$facts[3] );
	}

	/**
	 * @return array{0:int,1:string,2:int,3:int} namespace, database key, latest revision, length
	 */
	public function facts(): array {
		return [ $this->namespace, $this->dbKey, $this->latestRevisionId, $this->length ];
	}
}
