<?php
/**
 * Maintenance script: runs the jobs that wait in the queue of a wiki, type by type in the order of the arguments, and
 * again, until none of these types waits; without arguments all types. MediaWiki's own runner takes types at random,
 * which would make two farms differ for no reason of theirs. Fails if a job does.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use MediaWiki\MediaWikiServices;
use Wikimedia\Timestamp\ConvertibleTimestamp;

require_once __DIR__ . '/Script.php';

class RunQueue extends Script {

	public function __construct() {
		parent::__construct();
		$this->addOption( 'wikibase-alone', 'Its own jobs may fail in ways that are known' );
		$this->addArg( 'type', 'Types of jobs', false, true );
	}

	public function execute(): void {
		ConvertibleTimestamp::setFakeTime( (int)$this->getOption( 'now' ) );
		$services = MediaWikiServices::getInstance();
		$group = $services->getJobQueueGroup();
		$runner = $services->getJobRunner();
		do {
			$waiting = $group->getQueuesWithJobs();
			sort( $waiting );
			$types = $this->hasArg( 0 ) ? array_intersect( $this->parameters->getArgs(), $waiting ) : $waiting;
			foreach ( $types as $type ) {
				$done = $runner->run( [ 'type' => $type, 'throttle' => false ] )['jobs'];
				array_walk( $done, $this->assertDone( ... ) );
				if ( $done === [] ) {
					$this->fatalError( "$type jobs wait, and none can be run" );
				}
			}
		} while ( $types );
	}

	private function assertDone( array $job ): void {
		if ( $job['status'] === 'ok' ) {
			return;
		}
		if ( !$this->hasOption( 'wikibase-alone' ) || !FailedJobs::isKnown( $job['type'], (string)$job['error'] ) ) {
			$this->fatalError( "a {$job['type']} job failed: " . json_encode( $job['error'] ) );
		}
		( new FailedJobs( State::failedFile( $this->getOption( 'state' ) ) ) )->takeOut();
	}
}

$maintClass = RunQueue::class;
require_once RUN_MAINTENANCE_IF_MAIN;
