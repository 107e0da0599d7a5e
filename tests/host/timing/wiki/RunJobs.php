<?php
/**
 * Maintenance script: runs jobs of a wiki until it is stopped by a signal. When no queue has any it waits as long as it
 * is told, and then looks again: a second, and it is `runJobs --wait` without what that remembers of empty queues.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming\Wiki;

use Maintenance;
use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class RunJobs extends Maintenance {

	/** Queued, and not run: parses would take the whole machine, on either side. */
	private const NOT_RUN = [ 'refreshLinks' ];
	/** Seconds for which one type of job runs before the others have their turn. */
	private const TURN = 2;

	public function __construct() {
		parent::__construct();
		$this->addOption( 'poll', 'Microseconds to wait when there is nothing to do', true, true );
	}

	public function execute(): void {
		pcntl_async_signals( true );
		$isOver = false;
		pcntl_signal( SIGTERM, static function () use ( &$isOver ): void {
			$isOver = true;
		} );
		$group = MediaWikiServices::getInstance()->getJobQueueGroup();
		$runner = MediaWikiServices::getInstance()->getJobRunner();
		while ( !$isOver ) {
			$done = 0;
			foreach ( array_diff( $group->getQueuesWithJobs(), self::NOT_RUN ) as $type ) {
				$options = [ 'type' => $type, 'maxTime' => self::TURN, 'throttle' => false ];
				foreach ( $runner->run( $options )['jobs'] as $job ) {
					$done++;
					if ( $job['status'] !== 'ok' ) {
						$this->output( 'FAILED ' . json_encode( $job ) . "\n" );
					}
				}
			}
			if ( $done === 0 ) {
				usleep( (int)$this->getOption( 'poll' ) );
			}
		}
	}
}

$maintClass = RunJobs::class;
require_once RUN_MAINTENANCE_IF_MAIN;
