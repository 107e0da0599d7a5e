<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Page;

use MediaWiki\Html\Html;
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

	/** What time it was, in which time zone, with the date only where one would not know which is meant. */
	public function moment( int $time, int $now ): string {
		return abs( $now - $time ) < self::CLOSE
			? $this->time( $time ) . $this->space() . $this->zone( $time ) : $this->dateAndTime( $time );
	}

	/** What date and time it was, and in which time zone. */
	public function dateAndTime( int $time ): string {
		$local = $this->language->userTimeAndDate( wfTimestamp( TS_MW, $time ), $this->reader );
		return $local . $this->space() . $this->localizer->msg( 'parentheses' )->params( $this->zone( $time ) )->text();
	}

	/** For how long it has been so, or how long it will be until then: "2 min ago", "in 2 min". */
	public function ago( int $time, int $now ): string {
		$seconds = $now - $time;
		return match ( true ) {
			$seconds === 0 => $this->localizer->msg( 'just-now' )->text(),
			$seconds > 0 => $this->localizer->msg( 'ago' )->params( $this->coarse( $seconds ) )->text(),
			default => $this->localizer->msg( 'wikibasedispatch-status-in' )
				->params( $this->coarse( -$seconds ) )->text(),
		};
	}

	/**
	 * The same, with the moment itself for who points at it, and for machines.
	 *
	 * @return string HTML
	 */
	public function agoHtml( int $time, int $now ): string {
		return Html::element(
			'time',
			[ 'datetime' => wfTimestamp( TS_ISO_8601, $time ), 'title' => $this->dateAndTime( $time ) ],
			$this->ago( $time, $now )
		);
	}

	/** A text, or as much of it as that. */
	public static function shortened( string $text, int $length ): string {
		return mb_strlen( $text ) > $length ? mb_substr( $text, 0, $length ) . '…' : $text;
	}

	/** The reader's time zone, by how far it is from UTC. */
	public function zone( int $time ): string {
		$utc = wfTimestamp( TS_MW, $time );
		$minutes = intdiv( (int)wfTimestamp( TS_UNIX, $this->language->userAdjust( $utc ) ) - $time, 60 );
		return 'UTC' . ( $minutes === 0 ? '' : sprintf(
			'%s%d:%02d', $minutes < 0 ? '−' : '+', intdiv( abs( $minutes ), 60 ), abs( $minutes ) % 60
		) );
	}

	/** The largest unit of a duration. */
	private function coarse( int $seconds ): string {
		foreach ( self::UNITS as $size => $message ) {
			if ( $seconds >= $size ) {
				return $this->unit( $message, intdiv( $seconds, $size ) );
			}
		}
		return $this->unit( 'seconds-abbrev', 0 );
	}

	public function space(): string {
		return $this->localizer->msg( 'word-separator' )->text();
	}

	private function unit( string $message, int $count ): string {
		return $this->localizer->msg( $message )->params( $this->number( $count ) )->text();
	}
}
