<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use Throwable;
use Wikimedia\Rdbms\DBQueryError;

/**
 * Reads what a job queue in a database throws: MediaWiki's keeps but the name and the message of what the database
 * threw.
 */
final class DatabaseErrors {

	/** The message goes on with the statement, in which anybody may have written anything: only its beginning counts. */
	private const IN_WORDS = '/^\S+: Error (\d+): /';

	/** What no retry mends: no access, and no such database. */
	private const PERMANENT = [ 1044, 1045, 1049, 1142, 1143, 1698 ];

	/** The number that MariaDB or MySQL has given to an error; null: it is none of theirs. */
	public static function number( Throwable $e ): ?int {
		if ( $e instanceof DBQueryError ) {
			return (int)$e->errno;
		}
		return preg_match( self::IN_WORDS, $e->getMessage(), $match ) ? (int)$match[1] : null;
	}

	/** Whether somebody has to change the configuration, or the rights of the database's user. */
	public static function isPermanent( Throwable $e ): bool {
		return in_array( self::number( $e ), self::PERMANENT, true );
	}
}
