<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

/**
 * The status as data, for programs, whichever way they get it. docs/monitoring.md says what stands in it.
 *
 * Keys are never renamed nor given another meaning without a new version; new ones may be added.
 */
final class StatusDocument {

	public const VERSION = 2;

	/** Every condition that a client can be in. */
	public const CONDITIONS = [
		'claimed', 'disabled', 'due', 'failing', 'gap', 'lock-held', 'not-due', 'not-ours', 'refused',
		'unhandled', 'uninitialised', 'up-to-date',
	];

	/**
	 * @return array<string,mixed> all but the clients
	 */
	public static function farm( FarmStatus $status ): array {
		$conditions = array_fill_keys( self::CONDITIONS, 0 );
		foreach ( $status->clients() as $client ) {
			$conditions[$client->condition()]++;
		}
		$gap = $status->gap();
		return [
			'version' => self::VERSION,
			'health' => $status->health()->value,
			'reason' => $status->reason(),
			'reasonclient' => $status->reasonClient(),
			'reasonparams' => $status->reasonParams(),
			'takenat' => self::time( $status->takenAt() ),
			'activeat' => self::time( $status->activeAt() ),
			'horizon' => $status->horizon(),
			'newest' => $status->newest(),
			'waiting' => $status->waiting(),
			'medianlag' => $status->medianLag(),
			'changesperminutein' => $status->changesPerMinuteIn(),
			'deliveredperminute' => $status->deliveredPerMinute(),
			'gap' => $gap === null ? null : [
				'first' => $gap['first'],
				'last' => $gap['last'],
				'since' => self::time( $gap['since'] ),
				'isheld' => $gap['isHeld'],
			],
			'warnings' => $status->warnings(),
			'latechanges' => array_map(
				static fn ( array $late ) => [ 'id' => $late['id'], 'found' => self::time( $late['found'] ) ],
				$status->lateChanges()
			),
			'setaside' => array_map(
				static fn ( array $aside ) => [
					'siteid' => $aside['client'],
					'id' => $aside['id'],
					'entity' => $aside['entity'],
					'time' => self::time( $aside['time'] ),
				],
				$status->setAside()
			),
			'unknownforms' => array_map(
				static fn ( array $form ) => [ 'met' => self::time( $form['met'] ) ] + $form,
				$status->unknownForms()
			),
			'conditions' => $conditions,
			'troubled' => $status->troubled(),
		];
	}

	/**
	 * @return array<string,mixed>
	 */
	public static function client( ClientStatus $client ): array {
		return [
			'siteid' => $client->siteId(),
			'condition' => $client->condition(),
			'trouble' => $client->trouble(),
			'stalled' => $client->isStalled(),
			'rollout' => $client->rollout(),
			'disabled' => $client->isDisabled(),
			'seen' => $client->seen(),
			'pending' => $client->pending(),
			'lagseconds' => $client->lagSeconds(),
			'lastpass' => self::time( $client->lastPass() ),
			'dueat' => self::time( $client->dueAt() ),
			'claimeduntil' => self::time( $client->claimedUntil() ),
			'restinguntil' => self::time( $client->restingUntil() ),
			'failures' => $client->failures(),
			'lasterror' => $client->lastError(),
			'format' => $client->format(),
			'wantedformat' => $client->wantedFormat(),
			'whynotwanted' => $client->whyNotWanted(),
			'version' => $client->version(),
			'marked' => self::time( $client->marked() ),
			'receipts' => self::receipts( $client->receipts() ),
		];
	}

	/**
	 * @param array{
	 *   handled:int,
	 *   reported:int,
	 *   isIdle:bool|null,
	 *   failure:string|null,
	 *   unhandled:list<array{first:int,upto:int,since:int,sent:int,tries:int}>
	 * }|null $receipts
	 * @return array<string,mixed>|null
	 */
	private static function receipts( ?array $receipts ): ?array {
		return $receipts === null ? null : [
			'handled' => $receipts['handled'],
			'reported' => self::time( $receipts['reported'] ),
			'queue' => match ( $receipts['isIdle'] ) {
				true => 'empty',
				false => 'waiting',
				null => null,
			},
			'failure' => $receipts['failure'],
			'unhandled' => array_map( static fn ( array $pass ) => [
				'first' => $pass['first'],
				'last' => $pass['upto'],
				'since' => self::time( $pass['since'] ),
				'sent' => self::time( $pass['sent'] ),
				'sentagain' => $pass['tries'],
			], $receipts['unhandled'] ),
		];
	}

	private static function time( ?int $unix ): ?string {
		return $unix === null ? null : gmdate( 'Y-m-d\TH:i:s\Z', $unix );
	}
}
