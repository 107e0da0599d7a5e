<?php
/**
 * Maintenance script: runs the notification jobs of a wiki as MediaWiki's job runner does, and prints how many bytes
 * the process had at most, of native code, too.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class RunNotifications extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Runs notification jobs and prints the memory that it took' );
	}

	public function execute(): void {
		MediaWikiServices::getInstance()->getJobRunner()->run( [ 'type' => 'EntityChangeNotification' ] );
		preg_match( '/^VmHWM:\s+(\d+) kB/m', file_get_contents( '/proc/self/status' ), $match );
		$this->output( $match[1] * 1024 . "\n" );
	}
}

$maintClass = RunNotifications::class;
require_once RUN_MAINTENANCE_IF_MAIN;
