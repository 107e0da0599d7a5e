<?php

declare( strict_types = 1 );

/**
 * Maintenance script: runs the messages of this wiki that are ready at the broker, one after the other, as a wiki does
 * that is asked for each.
 */

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue\Broker;
use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class RunMessages extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Runs the messages of this wiki that are ready at the broker' );
		$this->addOption( 'broker', 'Its file', true, true );
	}

	public function execute(): void {
		$services = MediaWikiServices::getInstance();
		$broker = new Broker( $this->getOption( 'broker' ) );
		$message = $broker->next( $this->getConfig()->get( 'DBname' ) );
		while ( $message !== null ) {
			$body = json_decode( $message['body'], true );
			// No queue is asked for the job, so one that would withhold it is not either.
			$job = $services->getJobQueueGroup()->get( 'null' )->jobOf( $body );
			$result = $services->getJobRunner()->executeJob( $job );
			if ( $result['status'] === false && $job->allowRetries() ) {
				$broker->failed( $message['id'] );
				$this->output( "{$body['type']} failed: {$result['error']}\n" );
			} else {
				$broker->done( $message['id'] );
			}
			$message = $broker->next( $this->getConfig()->get( 'DBname' ) );
		}
	}
}

$maintClass = RunMessages::class;
require_once RUN_MAINTENANCE_IF_MAIN;
