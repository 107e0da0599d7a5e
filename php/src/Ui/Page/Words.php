<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\User\UserIdentity;
use MessageLocalizer;

/**
 * Numbers, durations and times in the reader's language and time zone.
 */
final class Words {

	/** Seconds => the message for so many of them, which is MediaWiki's own. */
	private const UNITS = [
		86400 => 'days-abbrev', 3600 => 'hours-abbrev', 60 => 'minutes-abbrev', 1 => 'seconds-abbrev',
	];

	/** Seconds in which no time of day comes twice. */
	private const CLOSE = 72_000;

	/**
	 * @param MessageLocalizer $localizer
	 * @param object $language a `Language`, whose namespace differs between versions
	 * @param UserIdentity $reader
	 */
	public function __construct(
		private readonly MessageLocalizer $localizer,
		private readonly object $language,
		private readonly UserIdentity $reader
	) {
	}

	public function number( int|float $number ): string {
		return $this->language->formatNum( $number );
	}

	/** A rate: whole, unless it is so small that this would say nothing. */
	public function rate( float $rate ): string {
		return $this->number( $rate > 0 && $rate < 10 ? round( $rate, 1 ) : round( $rate ) );
	}

	/** The two largest units of a duration: 3h 20m. */
	public function duration( int|float $seconds ): string {
		$left = (int)round( $seconds );
		$parts = [];
		foreach ( self::UNITS as $size => $message ) {
			$count = intdiv( $left, $size );
			if ( $count > 0 && count( $parts ) < 2 ) {
				$parts[] = $this->unit( $message, $count );
				$left -= $count * $size;
			} elseif ( $parts !== [] ) {
				break;
			}
		}
		return $parts === [] ? $this->unit( 'seconds-abbrev', 0 ) : implode( $this->space(), $parts );
	}

	/** What time it was. */
	public function time( int $time ): string {
		return $this->language->userTime( wfTimestamp( TS_MW, $time ), $this->reader );
	}

	/** What time it was, with the date only where one would not know which is meant. */
	public function moment( int $time, int $now ): string {
		return abs( $now - $time ) < self::CLOSE ? $this->time( $time ) : $this->dateAndTime( $time );
	}

	/** What date and time it was. */
	public function dateAndTime( int $time ): string {
		return $this->language->userTimeAndDate( wfTimestamp( TS_MW, $time ), $this->reader );
	}

	public function space(): string {
		return $this->localizer->msg( 'word-separator' )->text();
	}

	private function unit( string $message, int $count ): string {
		return $this->localizer->msg( $message )->params( $this->number( $count ) )->text();
	}
}
