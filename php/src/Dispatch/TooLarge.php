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
	/** What brokers say, and what stands in front of them. */
	private const TEXTS = '/message.{0,20}too large|MSG_SIZE_TOO_LARGE|MESSAGE_TOO_LARGE|RecordTooLarge' .
		'|413 (Request Entity|Payload|Content) Too Large|too big inline request/i';

	public static function isWhy( Throwable $e ): bool {
		for ( $error = $e; $error !== null; $error = $error->getPrevious() ) {
			$isError = $error instanceof DBQueryError && in_array( (int)$error->errno, self::ERRORS, true );
			if ( $isError || preg_match( self::TEXTS, $error->getMessage() ) ) {
				return true;
			}
		}
		return false;
	}
}
