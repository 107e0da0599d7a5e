<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\History;

/**
 * How many changes a minute are written, and how many the client in the middle has done with.
 *
 * Both come from positions that were noted, so nobody counts while dispatching. An id counts as one change; where the
 * database gives out every second or third number only, both are so many times higher.
 */
final class Rates {

	/** Minutes over which the present rate is measured. */
	private const MINUTES = 10;
	/** Minutes: of what is older, nobody would say that it is the present rate. */
	private const TOO_OLD = 60;

	private const SECONDS_PER_MINUTE = 60;

	private function __construct( public readonly float $in, public readonly float $delivered ) {
	}

	/** The minute since 1970 from which on samples are of use for the present rates. */
	public static function firstMinute( int $now ): int {
		return intdiv( $now, self::SECONDS_PER_MINUTE ) - self::TOO_OLD;
	}

	/**
	 * The present rates; null when too little is known.
	 *
	 * @param list<Sample> $history in order of time
	 * @param Sample $now
	 */
	public static function now( array $history, Sample $now ): ?self {
		$notOlderThan = static fn ( int $minutes ) => array_filter(
			$history,
			static fn ( Sample $sample ) => $now->time - $sample->time <= $minutes * self::SECONDS_PER_MINUTE
		);
		$fresh = $notOlderThan( self::MINUTES );
		$known = $notOlderThan( self::TOO_OLD );
		$from = reset( $fresh ) ?: end( $known );
		return $from ? self::between( $from, $now ) : null;
	}

	/** Null when there is no time between the two, or the table of changes was begun anew in it. */
	public static function between( Sample $from, Sample $to ): ?self {
		$seconds = $to->time - $from->time;
		if ( $seconds <= 0 || $to->newest < $from->newest || $to->seen < $from->seen ) {
			return null;
		}
		return new self(
			( $to->newest - $from->newest ) * self::SECONDS_PER_MINUTE / $seconds,
			( $to->seen - $from->seen ) * self::SECONDS_PER_MINUTE / $seconds
		);
	}
}
