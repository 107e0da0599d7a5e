<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use Closure;
use Wikimedia\Rdbms\DBError;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Runs writes that may meet others' writes of the same rows: in a transaction of their own, and again if that fails.
 *
 * MariaDB 11.8 (`innodb_snapshot_isolation`) refuses with error 1020 to write a row that somebody has written or
 * deleted since the transaction first read anything. MySQL, and MariaDB before 11.8, write the row as it is by now. And
 * on every server a deadlock ends one of the transactions.
 */
final class Transactions {

	private const ATTEMPTS = 3;

	public function __construct( private readonly ILBFactory $loadBalancers ) {
	}

	/** Rolls back what was written and not committed, because its writer has failed. */
	public function discard( string $caller ): void {
		$this->loadBalancers->rollbackPrimaryChanges( $caller );
	}

	/**
	 * Commits, so that the transaction of the work has read nothing yet; then does the work, and commits it. After an
	 * error of the database it rolls back and does the work again.
	 *
	 * @template T
	 * @param Closure():T $work
	 * @param string $caller
	 * @return T
	 */
	public function run( Closure $work, string $caller ): mixed {
		$attempt = 0;
		while ( true ) {
			$attempt++;
			$this->loadBalancers->commitPrimaryChanges( $caller );
			try {
				$result = $work();
				$this->loadBalancers->commitPrimaryChanges( $caller );
				return $result;
			} catch ( DBError $e ) {
				$this->loadBalancers->rollbackPrimaryChanges( $caller );
				if ( $attempt === self::ATTEMPTS ) {
					throw $e;
				}
			}
		}
	}
}
