<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\DatabaseErrors;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\LocalQueueException;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\UnrecognisedDomainException;
use Throwable;

/**
 * Tells from what is thrown whether a push was larger than the queue takes.
 *
 * A database says so. Of other queues MediaWiki tells no more than that they have not taken the jobs: that of EventBus
 * says "Could not enqueue jobs", that in Redis "Could not insert 1 … job(s)", whatever has happened. There native code
 * finds out.
 */
enum TooLarge: string {

	case Certainly = 'too-large';
	case Perhaps = 'perhaps-too-large';
	case No = 'thrown';

	/** MariaDB and MySQL: a packet bigger than `max_allowed_packet`. */
	private const PACKET = [ 1153, 2020 ];
	/** The connection is lost, as it is after a packet that is much too large, and after other things. */
	private const LOST = [ 2006, 2013 ];

	public static function of( Throwable $e ): self {
		$isPush = $e instanceof PushFailedException;
		$cause = $isPush ? $e->cause : $e;
		$number = DatabaseErrors::number( $cause );
		if ( in_array( $number, self::PACKET, true ) ) {
			return self::Certainly;
		}
		$isKnown = $number !== null && !in_array( $number, self::LOST, true )
			|| $cause instanceof UnrecognisedDomainException || $cause instanceof LocalQueueException;
		return $isPush && !$isKnown ? self::Perhaps : self::No;
	}
}
