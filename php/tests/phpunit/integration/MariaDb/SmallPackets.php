<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * For tests in which the server takes no large statements.
 */
trait SmallPackets {

	/** Does something while new connections may send no more bytes at once. */
	private function withPackets( int $bytes, Closure $work ): void {
		$db = $this->farm->database( Farm::REPO );
		$before = (int)$db->query( 'SELECT @@GLOBAL.max_allowed_packet' )->fetchColumn();
		$db->exec( "SET GLOBAL max_allowed_packet = $bytes" );
		try {
			$work();
		} finally {
			$db->exec( "SET GLOBAL max_allowed_packet = $before" );
		}
	}

	/**
	 * Writes changes of one entity that say much of themselves.
	 *
	 * @param int $count
	 * @param string $entityId
	 * @param Closure(int):string $comment what a change says, by its number
	 * @return list<int> their ids
	 */
	private function writeChanges( int $count, string $entityId, Closure $comment ): array {
		$db = $this->farm->database( Farm::REPO );
		$db->beginTransaction();
		$ids = [];
		for ( $i = 0; $i < $count; $i++ ) {
			$ids[] = $this->writeChange( $entityId, metadata: [ 'comment' => $comment( $i ) ] );
		}
		$db->commit();
		return $ids;
	}
}
