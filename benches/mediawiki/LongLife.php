<?php
/**
 * Maintenance script of the repo: one process that edits and runs the repo's jobs, over and over, as a job runner that
 * is never restarted. Writes down what it holds from time to time. MediaWiki's job runner itself grows a little with
 * each job; how much, tells the same with MediaWiki's own job that does nothing.
 */

declare( strict_types = 1 );

use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class LongLife extends Maintenance {

	private const SAMPLES = 10;
	private const PAGE = 4096;
	/** Changes are kept for so many rounds, so that the buffer stays small. */
	private const KEEP = 100;

	public function __construct() {
		parent::__construct();
		$this->addOption( 'rounds', 'How many edits, each followed by its jobs', true, true );
		$this->addOption( 'entity', 'Which entity is edited; without it none, and the jobs do nothing', false, true );
		$this->addOption( 'result', 'File to write to', true, true );
	}

	/**
	 * @inheritDoc
	 */
	public function memoryLimit() {
		return '1G';
	}

	public function execute(): void {
		$rounds = (int)$this->getOption( 'rounds' );
		$samples = [];
		for ( $round = 1; $round <= $rounds; $round++ ) {
			$this->hasOption( 'entity' ) ? $this->round() : $this->emptyRound();
			if ( $round % self::KEEP === 0 ) {
				$this->getDB( DB_PRIMARY )->query(
					'DELETE FROM wb_changes WHERE change_id < ( SELECT MIN( chd_seen ) FROM wb_changes_dispatch )',
					__METHOD__
				);
			}
			if ( $round % intdiv( $rounds, self::SAMPLES ) === 0 ) {
				gc_collect_cycles();
				$samples[$round] = [
					'all' => self::PAGE * (int)explode( ' ', file_get_contents( '/proc/self/statm' ) )[1],
					// What PHP's code holds: ours, and MediaWiki's.
					'php' => memory_get_usage(),
				];
			}
		}
		file_put_contents( $this->getOption( 'result' ), json_encode( $samples ) );
	}

	private function round(): void {
		$services = MediaWikiServices::getInstance();
		$this->getDB( DB_PRIMARY )->insert( 'wb_changes', [
			'change_type' => 'wikibase-item~update',
			'change_time' => wfTimestamp( TS_MW ),
			'change_object_id' => $this->getOption( 'entity' ),
			'change_revision_id' => 1,
			'change_user_id' => 1,
			'change_info' => '{"compactDiff":"{\"arrayFormatVersion\":1,\"siteLinkChanges\":[]}","metadata":{"bot":0}}',
		], __METHOD__ );
		$services->getService( 'WikibaseDispatch.Edits' )->changesWritten();
		// By type: a list of all queues with jobs would be cached for some seconds.
		$this->runJobs( 'wikibase-dispatch-trigger' );
		$this->runJobs( 'wikibase-dispatch-client' );
	}

	private function emptyRound(): void {
		$job = new JobSpecification( 'null', [ 'lives' => 0 ] );
		MediaWikiServices::getInstance()->getJobQueueGroup()->push( $job );
		$this->runJobs( 'null' );
		$this->runJobs( 'null' );
	}

	private function runJobs( string $type ): void {
		MediaWikiServices::getInstance()->getJobRunner()->run( [ 'type' => $type, 'throttle' => false ] );
	}
}

$maintClass = LongLife::class;
require_once RUN_MAINTENANCE_IF_MAIN;
