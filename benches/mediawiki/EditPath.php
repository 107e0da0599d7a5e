<?php
/**
 * Maintenance script of the repo: does, many times, what an edit does so that its change is dispatched, and writes down
 * what that costs. On the command line MediaWiki pushes lazily pushed jobs at once, which is what a web request does
 * after its response.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;
use WikibaseDispatchBench\Stopwatch;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';
require_once __DIR__ . '/Stopwatch.php';

class EditPath extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addOption( 'way', 'gate, trigger or lazy-push', true, true );
		$this->addOption( 'count', 'How many edits', true, true );
		$this->addOption( 'result', 'File to write to', true, true );
	}

	public function execute(): void {
		$count = (int)$this->getOption( 'count' );
		$edit = $this->way( $this->getOption( 'way' ) );
		// The first one connects and loads.
		$edit( 0 );
		$watch = new Stopwatch();
		for ( $i = 1; $i <= $count; $i++ ) {
			$edit( $i );
		}
		$watch->write( $this->getOption( 'result' ), [ 'cpuPerEdit' => $watch->cpuSeconds() / $count ] );
	}

	/** What one edit does; it is given its number. */
	private function way( string $name ): Closure {
		$services = MediaWikiServices::getInstance();
		switch ( $name ) {
			case 'gate':
				$gate = $services->getService( 'WikibaseDispatch.NativeFactory' )->gate();
				return static fn () => $gate->changesWritten( 1 );
			case 'trigger':
				// Where the queue can delay jobs at all, one was seen to come.
				$services->getService( 'WikibaseDispatch.SeenDelays' )->came( 'wikibase-dispatch-trigger' );
				$scheduler = $services->getService( 'WikibaseDispatch.Edits' );
				return static fn () => $scheduler->changesWritten();
			case 'lazy-push':
				// As Wikibase does since 1.38: a job for each entity that was edited.
				$queues = $services->getJobQueueGroupFactory();
				return static fn ( int $number ) => $queues->makeJobQueueGroup()->lazyPush(
					new JobSpecification( 'DispatchChanges', [ 'title' => "Q$number", 'entityId' => "Q$number" ] )
				);
			default:
				$this->fatalError( "--way takes gate, trigger or lazy-push, not '$name'" );
		}
	}
}

$maintClass = EditPath::class;
require_once RUN_MAINTENANCE_IF_MAIN;
