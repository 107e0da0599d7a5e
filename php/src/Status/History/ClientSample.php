<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;

/**
 * How dispatching to one client was doing at some time: a row of `wb_changes_client_history`.
 */
final class ClientSample {

	private const MINUTES_PER_SLOT = 10;
	private const SECONDS_PER_SLOT = self::MINUTES_PER_SLOT * 60;

	/**
	 * @param string $siteId
	 * @param int $time Unix time, by the database's clock
	 * @param int $seen ID of the last change that had been dealt with for the client
	 * @param int $lag seconds
	 * @param int $failures passes that had failed since the last one that did not
	 */
	public function __construct(
		public readonly string $siteId,
		public readonly int $time,
		public readonly int $seen,
		public readonly int $lag,
		public readonly int $failures
	) {
	}

	/**
	 * @param FarmStatus $status
	 * @return list<self> of each client that is served
	 */
	public static function ofAll( FarmStatus $status ): array {
		$served = array_filter( $status->clients(), static fn ( ClientStatus $client ) => $client->isServed() );
		return array_map(
			static fn ( ClientStatus $client ) => self::of( $client, $status->takenAt() ), array_values( $served )
		);
	}

	public static function of( ClientStatus $client, int $time ): self {
		return new self( $client->siteId(), $time, $client->seen(), $client->lagSeconds(), $client->failures() );
	}

	/** The row of the table that a minute since 1970 belongs to. */
	public static function slotOfMinute( int $minute ): int {
		return intdiv( $minute, self::MINUTES_PER_SLOT );
	}

	public function slot(): int {
		return intdiv( $this->time, self::SECONDS_PER_SLOT );
	}

	public function second(): int {
		return $this->time % self::SECONDS_PER_SLOT;
	}

	public static function timeOf( int $slot, int $second ): int {
		return $slot * self::SECONDS_PER_SLOT + $second;
	}
}
