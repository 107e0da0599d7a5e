<?php
/**
 * Maintenance script of the repo: runs its job queue to the end within this process, and writes down how long that
 * took, MediaWiki's start not counted. With notifications dropped this is the native part, and the PHP around it.
 */

declare( strict_types = 1 );

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';
require_once __DIR__ . '/Stopwatch.php';

class WithoutPushes extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addOption( 'result', 'File to write to', true, true );
	}

	public function execute(): void {
		$runner = \MediaWiki\MediaWikiServices::getInstance()->getJobRunner();
		$watch = new \WikibaseDispatchBench\Stopwatch();
		do {
			$done = $runner->run( [ 'type' => false, 'throttle' => false ] );
		} while ( $done['jobs'] !== [] );
		$watch->write( $this->getOption( 'result' ) );
	}
}

$maintClass = WithoutPushes::class;
require_once RUN_MAINTENANCE_IF_MAIN;
