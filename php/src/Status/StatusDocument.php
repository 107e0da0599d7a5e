<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * The status as data, for programs: docs/operating.md says what stands in it. A version gets new members, and loses or
 * changes none.
 */
final class StatusDocument {

	public const VERSION = 1;

	/**
	 * @return array<string,mixed>
	 */
	public static function of( FarmStatus $status ): array {
		return [
			'version' => self::VERSION,
			'health' => $status->health()->value,
			'reason' => $status->reason(),
			'reasonClient' => $status->reasonClient(),
			'takenAt' => $status->takenAt(),
			'horizon' => $status->horizon(),
			'newest' => $status->newest(),
			'waiting' => $status->waiting(),
			'changesPerMinuteIn' => $status->changesPerMinuteIn(),
			'deliveredPerMinute' => $status->deliveredPerMinute(),
			'medianLag' => $status->medianLag(),
			'gap' => $status->gap(),
			'activeAt' => $status->activeAt(),
			'clients' => array_map( self::client( ... ), $status->clients() ),
		];
	}

	/**
	 * @return array<string,mixed>
	 */
	private static function client( ClientStatus $client ): array {
		return [
			'siteId' => $client->siteId(),
			'domain' => $client->domain(),
			'condition' => $client->condition(),
			'rollout' => $client->rollout(),
			'seen' => $client->seen(),
			'pending' => $client->pending(),
			'lagSeconds' => $client->lagSeconds(),
			'lastPass' => $client->lastPass(),
			'dueAt' => $client->dueAt(),
			'claimedUntil' => $client->claimedUntil(),
			'restingUntil' => $client->restingUntil(),
			'failures' => $client->failures(),
			'lastError' => $client->lastError(),
		];
	}
}
