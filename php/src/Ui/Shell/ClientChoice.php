<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Shell;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;

/**
 * Which clients somebody wants to see.
 */
final class ClientChoice {

	/**
	 * @param bool $onlyProblems
	 * @param string|null $condition null: any
	 * @param int|null $limit how many at most; null: all
	 */
	public function __construct(
		private readonly bool $onlyProblems = false,
		private readonly ?string $condition = null,
		private readonly ?int $limit = null
	) {
	}

	/**
	 * @return list<ClientStatus> all that match, the most lagged first
	 */
	public function matching( FarmStatus $status ): array {
		return array_values( array_filter(
			$status->clients(),
			fn ( ClientStatus $client ) => ( !$this->onlyProblems || self::isProblem( $client ) )
				&& ( $this->condition === null || $client->condition() === $this->condition )
		) );
	}

	/**
	 * @return list<ClientStatus> no more of them than are wanted
	 */
	public function shown( FarmStatus $status ): array {
		return array_slice( $this->matching( $status ), 0, $this->limit );
	}

	/** Whether the client is stuck, fails or cannot be served. One that only lags is being served. */
	public static function isProblem( ClientStatus $client ): bool {
		return in_array( $client->trouble(), [ 'stuck', 'failing' ], true )
			|| $client->condition() === ClientStatus::REFUSED;
	}
}
