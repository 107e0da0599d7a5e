<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Throwable;
use Wikimedia\Rdbms\DBQueryError;

/**
 * Tells from what a queue throws whether a push was larger than it takes.
 */
final class TooLarge {

	/** MariaDB and MySQL: a packet bigger than `max_allowed_packet`; the server has gone away, as it does then, too. */
	private const ERRORS = [ 1153, 2006, 2020 ];
	/** A job queue in a database keeps but the name and the message of what the database threw. */
	private const DATABASE = '/^\S+: Error (\d+): /';
	/** What brokers say, and what stands in front of them. */
	private const TEXTS = '/message.{0,20}too large|MSG_SIZE_TOO_LARGE|MESSAGE_TOO_LARGE|RecordTooLarge' .
		'|413 (Request Entity|Payload|Content) Too Large|too big inline request/i';

	public static function isWhy( Throwable $e ): bool {
		for ( $error = $e; $error !== null; $error = $error->getPrevious() ) {
			if ( $error instanceof PushFailedException ) {
				continue;
			}
			$number = self::databaseError( $error );
			if ( $number !== null ) {
				return in_array( $number, self::ERRORS, true );
			}
			if ( preg_match( self::TEXTS, $error->getMessage() ) ) {
				return true;
			}
		}
		return false;
	}

	/** Its number, if it is one of a database's. The message has the statement, in which anybody may have written anything. */
	private static function databaseError( Throwable $error ): ?int {
		if ( $error instanceof DBQueryError ) {
			return (int)$error->errno;
		}
		return preg_match( self::DATABASE, $error->getMessage(), $match ) ? (int)$match[1] : null;
	}
}
