<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use MediaWiki\JobQueue\JobQueueDB;

/**
 * MediaWiki's queue in the database, for jobs that edits push: one at a time, of which an equal one usually waits.
 *
 * It asks whether one does, and adds the job if none does. MediaWiki puts a transaction around that, which one row does
 * not need: two statements more, on the primary, for each edit. Nothing is remembered from edit to edit: a trigger that
 * was seen to wait may have begun to run since.
 */
class EditQueue extends JobQueueDB {

	/**
	 * @inheritDoc
	 */
	protected function doBatchPush( array $jobs, $flags ) {
		$db = $this->getPrimaryDB();
		// SQLite has one connection for everything: what others do there is waited for.
		if ( count( $jobs ) === 1 && $db->getType() !== 'sqlite' && !$db->trxLevel() && !$db->getFlag( DBO_TRX ) ) {
			$this->doBatchPushInternal( $db, $jobs, 0, __METHOD__ );
		} else {
			parent::doBatchPush( $jobs, $flags );
		}
	}
}
