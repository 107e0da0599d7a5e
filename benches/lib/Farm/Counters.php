<?php
/**
 * What the database server itself has counted: of all sessions, and of the contenders' user.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Farm;

use PDO;

class Counters {

	/** Status variable => our name. Each statement is counted once in `statements`, and most in one of the others. */
	private const STATUS = [
		'Questions' => 'statements',
		'Com_select' => 'selects',
		'Com_insert' => 'inserts',
		'Com_update' => 'updates',
		'Com_delete' => 'deletes',
		'Com_set_option' => 'sets',
		'Com_begin' => 'begins',
		'Com_commit' => 'commits',
		'Com_rollback' => 'rollbacks',
		'Com_change_db' => 'databaseChanges',
		'Com_stmt_prepare' => 'prepares',
		'Connections' => 'connections',
	];

	/** Column of USER_STATISTICS => our name. */
	private const USER = [
		'ROWS_READ' => 'rowsRead',
		'ROWS_SENT' => 'rowsSent',
		'BYTES_SENT' => 'bytesSent',
		'BYTES_RECEIVED' => 'bytesReceived',
	];

	/** Clock ticks a second of the times in /proc: the same on every Linux that PHP runs on. */
	private const TICKS = 100;

	/**
	 * @param array<string,float> $values
	 */
	private function __construct( private readonly array $values ) {
	}

	/**
	 * @param PDO $administrator
	 * @param string $user
	 * @param int $pid of the server
	 */
	public static function read( PDO $administrator, string $user, int $pid ): self {
		$names = implode( "', '", array_keys( self::STATUS ) );
		$status = $administrator->query( "SHOW GLOBAL STATUS WHERE Variable_name IN ( '$names' )" )
			->fetchAll( PDO::FETCH_KEY_PAIR );
		$columns = implode( ', ', array_keys( self::USER ) );
		$ofUser = $administrator->query(
			"SELECT $columns FROM information_schema.USER_STATISTICS WHERE USER = '$user'"
		)->fetch( PDO::FETCH_ASSOC ) ?: [];
		$values = [ 'databaseCpu' => self::cpuSeconds( $pid ) ];
		foreach ( self::STATUS as $theirs => $ours ) {
			$values[$ours] = (float)$status[$theirs];
		}
		foreach ( self::USER as $theirs => $ours ) {
			$values[$ours] = (float)( $ofUser[$theirs] ?? 0 );
		}
		return new self( $values );
	}

	/**
	 * What was counted since an earlier reading, less what reading counts itself.
	 *
	 * @param self $before
	 * @param self $again read right after $before, with nothing in between
	 * @return array<string,float>
	 */
	public function since( self $before, self $again ): array {
		$delta = [];
		foreach ( $this->values as $name => $value ) {
			$own = $name === 'databaseCpu' ? 0 : $again->values[$name] - $before->values[$name];
			$delta[$name] = $value - $again->values[$name] - $own;
		}
		return $delta;
	}

	private static function cpuSeconds( int $pid ): float {
		// After the name, which may hold anything, in parentheses: the state is field 3, the times are 14 and 15.
		$stat = (string)file_get_contents( "/proc/$pid/stat" );
		$fields = explode( ' ', substr( $stat, strrpos( $stat, ')' ) + 2 ) );
		return ( (int)$fields[11] + (int)$fields[12] ) / self::TICKS;
	}
}
