<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;

/**
 * Says why dispatching is as it is, and what to do about it. Where this version has no words for a reason, its code has
 * to do.
 */
final class Reasons {

	private const HEALTHY = 'none';

	/** The cause, as `wikibasedispatch-reason-…`. */
	public static function cause( FarmStatus $status ): Sentence {
		return Sentence::of( 'reason-' . self::code( $status ), ...self::params( $status ) );
	}

	/** What to do about it, as `wikibasedispatch-action-…`; null if there is nothing to be done. */
	public static function remedy( FarmStatus $status ): ?Sentence {
		if ( $status->reason() === self::HEALTHY ) {
			return null;
		}
		$holder = (string)( $status->reasonParams()['holder'] ?? 'unknown' );
		$name = self::code( $status ) . ( $holder === 'unknown' ? '' : "-$holder" );
		return Sentence::of( "action-$name", ...self::params( $status ) );
	}

	/** That missing IDs keep back what was written later. */
	public static function openGap( int $seconds, int $first, int $last ): Sentence {
		return Sentence::of( 'reason-open-gap', ...self::gapParams( $seconds, $first, $last ) );
	}

	/** That nothing comes of a lock. */
	public static function lockHeld( string $client, int $seconds ): Sentence {
		return Sentence::of( 'reason-lock-held', Param::name( $client ), Param::duration( $seconds ) );
	}

	/** That dispatching to a client has failed. */
	public static function failing( string $client, int $seconds, int $failures ): Sentence {
		return Sentence::of(
			'reason-failing', Param::name( $client ), Param::duration( $seconds ), Param::number( $failures )
		);
	}

	/** A reason that names no client may need other words. */
	private static function code( FarmStatus $status ): string {
		$reason = $status->reason();
		return $reason === 'failing' && $status->reasonClient() === null ? 'failing-trigger' : $reason;
	}

	/**
	 * @return list<Param>
	 */
	private static function params( FarmStatus $status ): array {
		$params = $status->reasonParams();
		$client = Param::name( (string)( $params['client'] ?? '' ) );
		$seconds = (int)( $params['seconds'] ?? 0 );
		return match ( $status->reason() ) {
			'no-runner' => [ Param::duration( $seconds ), Param::number( (int)( $params['waiting'] ?? 0 ) ) ],
			'open-gap' => self::gapParams( $seconds, (int)( $params['first'] ?? 0 ), (int)( $params['last'] ?? 0 ) ),
			'queue-unreachable', 'failing' => [
				$client, Param::duration( $seconds ), Param::number( (int)( $params['failures'] ?? 0 ) ),
			],
			'misconfigured' => [ $client, Param::name( (string)( $params['error'] ?? '' ) ) ],
			'client-refused' => [ $client, Param::name( (string)( $params['why'] ?? '' ) ) ],
			default => [ $client, Param::duration( $seconds ) ],
		};
	}

	/**
	 * @return list<Param>
	 */
	private static function gapParams( int $seconds, int $first, int $last ): array {
		return [
			Param::duration( $seconds ), Param::id( $first ), Param::id( $last ), Param::number( $last - $first + 1 ),
		];
	}
}
