<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;

/**
 * Says what a client is waiting for, and what can be done.
 */
class ClientExplainer {

	public function __construct( private readonly StatusReader $reader, private readonly NativeFactory $native ) {
	}

	/**
	 * @return list<list<Sentence>> paragraphs
	 * @throws RefusedException
	 */
	public function explain( string $siteId ): array {
		return $this->explainIn( $this->reader->read(), $siteId );
	}

	/**
	 * The same, of a status that is known.
	 *
	 * @param FarmStatus $status
	 * @param string $siteId
	 * @return list<list<Sentence>> paragraphs
	 * @throws RefusedException
	 */
	public function explainIn( FarmStatus $status, string $siteId ): array {
		$client = $status->client( $siteId );
		if ( $client === null ) {
			throw RefusedException::unknownClient( $siteId );
		}
		return array_values( array_filter( [
			self::place( $client, $status ),
			[
				Sentence::of( 'explain-condition', Sentence::of( 'status-condition-' . $client->condition() ) ),
				...$this->condition( $client, $status ),
			],
			self::failure( $client ),
			self::rollout( $client ),
			self::format( $client ),
			$status->health() === Health::Healthy ? [] : self::farm( $status ),
		] ) );
	}

	/**
	 * @return list<Sentence>
	 */
	private static function place( ClientStatus $client, FarmStatus $status ): array {
		if ( !$client->isOurs() ) {
			return [];
		}
		$siteId = Param::name( $client->siteId() );
		$seen = Param::id( $client->seen() );
		$lastPass = Param::ago( $client->lastPass(), $status->takenAt() );
		return [ $client->pending() === 0
			? Sentence::of( 'explain-place-level', $siteId, $seen, Param::id( $status->newest() ), $lastPass )
			: Sentence::of(
				'explain-place-behind', $siteId, $seen, Param::number( $client->pending() ),
				Param::id( $status->horizon() ), Param::duration( $client->lagSeconds() ), $lastPass
			) ];
	}

	/**
	 * @return list<Sentence>
	 */
	private function condition( ClientStatus $client, FarmStatus $status ): array {
		$now = $status->takenAt();
		$siteId = $client->siteId();
		return match ( $client->condition() ) {
			'up-to-date' => [ Sentence::of( 'explain-up-to-date' ) ],
			'due' => [ Sentence::of( 'explain-due' ), ...$this->lock( $siteId ) ],
			'not-due' => [ ...self::until( 'explain-not-due', $client->dueAt(), $now ), ...$this->lock( $siteId ) ],
			'claimed' => self::until( 'explain-claimed', $client->claimedUntil(), $now ),
			'failing' => [
				Reasons::failing( $siteId, $client->lagSeconds(), $client->failures() ),
				...( self::until( 'explain-claimed', $client->claimedUntil(), $now )
					?: self::until( 'explain-next-attempt', $client->restingUntil(), $now )
					?: [ Sentence::of( 'explain-next-attempt-due' ) ] ),
			],
			'gap' => self::gap( $status ),
			'lock-held' => [
				Reasons::lockHeld( $siteId, $client->lagSeconds() ),
				...self::until( 'explain-claim-ends', $client->claimedUntil(), $now ),
				...$this->lock( $siteId ),
			],
			'unhandled' => self::unhandled( $client, $now ),
			'disabled' => [ Sentence::of( 'explain-disabled', Param::name( $siteId ) ) ],
			ClientStatus::NOT_OURS => [ Sentence::of( 'explain-not-ours', Param::name( $client->rollout() ) ) ],
			ClientStatus::REFUSED => [ Sentence::of( 'action-client-refused', Param::name( $siteId ) ) ],
			'uninitialised' => [ Sentence::of( 'explain-uninitialised' ) ],
			default => [],
		};
	}

	/**
	 * @return list<Sentence>
	 */
	private static function unhandled( ClientStatus $client, int $now ): array {
		$receipts = $client->receipts();
		if ( $receipts === null ) {
			return [ Sentence::of( 'explain-sent' ) ];
		}
		return [
			Sentence::of( 'explain-sent' ),
			Sentence::of(
				'explain-handled', Param::id( $receipts['handled'] ), Param::ago( $receipts['reported'], $now )
			),
			...self::whyUnhandled( $receipts ),
			Sentence::of( 'explain-unhandled-list', Param::items( array_map(
				static fn ( array $pass ) => self::pass( $pass, $now ), $receipts['unhandled']
			) ) ),
		];
	}

	/**
	 * @param array{
	 *   handled:int,
	 *   reported:int,
	 *   isIdle:bool|null,
	 *   failure:string|null,
	 *   unhandled:list<array{first:int,upto:int,since:int,sent:int,tries:int}>
	 * } $receipts
	 * @return list<Sentence>
	 */
	private static function whyUnhandled( array $receipts ): array {
		if ( $receipts['failure'] !== null ) {
			return [ Sentence::of( 'explain-unhandled-failure', Param::name( $receipts['failure'] ) ) ];
		}
		$last = max( array_column( $receipts['unhandled'], 'sent' ) ?: [ 0 ] );
		return match ( true ) {
			$receipts['reported'] < $last => [ Sentence::of( 'explain-unhandled-silent' ) ],
			$receipts['isIdle'] === false => [ Sentence::of( 'explain-unhandled-waiting' ) ],
			$receipts['isIdle'] === true => [ Sentence::of( 'explain-unhandled-lost' ) ],
			default => [],
		};
	}

	/**
	 * @param array{first:int,upto:int,since:int,sent:int,tries:int} $pass
	 * @param int $now
	 */
	private static function pass( array $pass, int $now ): Sentence {
		$params = [ ...self::ids( $pass['first'], $pass['upto'] ), Param::ago( $pass['since'], $now ) ];
		return $pass['tries'] === 0
			? Sentence::of( 'explain-sent-once', ...$params )
			: Sentence::of(
				'explain-sent-again', ...$params,
				...[ Param::number( $pass['tries'] ), Param::ago( $pass['sent'], $now ) ]
			);
	}

	/**
	 * It is asked here for one client, whether anything else looks suspicious or not.
	 *
	 * @return list<Sentence>
	 */
	private function lock( string $siteId ): array {
		$name = $this->native->dispatcher()->heldLock( $siteId );
		return $name === null ? [] : [ Sentence::of( 'explain-lock', Param::name( $name ) ) ];
	}

	/**
	 * @return list<Sentence>
	 */
	private static function gap( FarmStatus $status ): array {
		$gap = $status->gap();
		if ( $gap === null ) {
			return [ Sentence::of( 'explain-gap-closed', Param::id( $status->horizon() ) ) ];
		}
		if ( !$gap['isHeld'] ) {
			return [ Sentence::of( 'explain-gap-young', ...self::ids( $gap['first'], $gap['last'] ) ) ];
		}
		$age = $gap['since'] === null ? 0 : $status->takenAt() - $gap['since'];
		return [
			Reasons::openGap( $age, $gap['first'], $gap['last'] ),
			...( $age > 0 ? [ Sentence::of( 'explain-gap-age', Param::duration( $age ) ) ] : [] ),
		];
	}

	/**
	 * @return list<Sentence>
	 */
	private static function failure( ClientStatus $client ): array {
		$error = $client->lastError();
		return $error === null ? [] : [ Sentence::of( 'explain-last-error', Param::name( $error ) ) ];
	}

	/**
	 * @return list<Sentence>
	 */
	private static function rollout( ClientStatus $client ): array {
		return match ( $client->rollout() ) {
			'shadow', 'leaving' => [ Sentence::of( 'explain-' . $client->rollout() ) ],
			default => [],
		};
	}

	/**
	 * @return list<Sentence>
	 */
	private static function format( ClientStatus $client ): array {
		$why = $client->whyNotWanted();
		$format = (string)$client->format();
		return match ( true ) {
			$why !== null => [
				Notices::toldOtherwise( $why, $format, (string)$client->wantedFormat(), $client->siteId() ),
			],
			$format !== '' => [ Sentence::of( 'explain-format', Param::name( $format ) ) ],
			default => [],
		};
	}

	/**
	 * @return list<Sentence>
	 */
	private static function farm( FarmStatus $status ): array {
		return array_values( array_filter( [
			Sentence::of(
				'explain-overall', Param::name( $status->health()->value ), Param::name( $status->reason() )
			),
			Reasons::cause( $status ),
			Reasons::remedy( $status ),
		] ) );
	}

	/**
	 * @return list<Sentence> what holds until then; nothing if there is no such time, or it is over
	 */
	private static function until( string $name, ?int $moment, int $now ): array {
		return $moment === null ? [] : [
			Sentence::of( $name, Param::moment( $moment, $now ), Param::duration( $moment - $now ) ),
		];
	}

	/**
	 * @return list<Param> the first of these IDs, the last, and how many there are
	 */
	private static function ids( int $first, int $last ): array {
		return [ Param::id( $first ), Param::id( $last ), Param::number( $last - $first + 1 ) ];
	}
}
