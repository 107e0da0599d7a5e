<?php
/**
 * Maintenance script of the repo: edits items at an even rate, as far as dispatching sees that. For each edit it writes
 * the row that Wikibase's hook writes, commits it, and pushes the job that Wikibase's hook pushes, which this project's
 * extension takes for an announcement. Prints when each change was committed.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming\Wiki;

use Maintenance;
use MediaWiki\MediaWikiServices;
use Wikibase\Repo\ChangeModification\DispatchChangesJob;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class EditRows extends Maintenance {

	public function __construct() {
		parent::__construct();
		$this->addOption( 'rate', 'Edits a second', true, true );
		$this->addOption( 'seconds', 'How long', true, true );
		$this->addOption( 'items', 'How many items there are; they are edited in turn', true, true );
		$this->addOption( 'first', 'The edits before this one were made already', true, true );
	}

	public function execute(): void {
		$jobs = MediaWikiServices::getInstance()->getJobQueueGroup();
		$dbw = $this->getDB( DB_PRIMARY );
		$rate = (float)$this->getOption( 'rate' );
		$count = (int)( $rate * (float)$this->getOption( 'seconds' ) );
		$begin = microtime( true );
		for ( $edit = 0; $edit < $count; $edit++ ) {
			usleep( (int)max( 0, ( $begin + $edit / $rate - microtime( true ) ) * 1e6 ) );
			$number = (int)$this->getOption( 'first' ) + $edit;
			$item = 'Q' . ( 1 + $number % (int)$this->getOption( 'items' ) );
			$this->beginTransaction( $dbw, __METHOD__ );
			$dbw->insert( 'wb_changes', self::change( $item, $number ), __METHOD__ );
			$id = $dbw->insertId();
			$this->commitTransaction( $dbw, __METHOD__ );
			$committed = microtime( true );
			$jobs->push( DispatchChangesJob::makeJobSpecification( $item ) );
			$this->output( json_encode( [ 'id' => $id, 'item' => $item, 'at' => $committed ] ) . "\n" );
		}
	}

	/**
	 * @return array<string,int|string>
	 */
	private static function change( string $item, int $number ): array {
		return [
			'change_type' => 'wikibase-item~update',
			'change_time' => wfTimestampNow(),
			'change_object_id' => $item,
			'change_revision_id' => 1_000_000 + $number,
			'change_user_id' => 0,
			'change_info' => json_encode( [
				'compactDiff' => json_encode( [
					'arrayFormatVersion' => 1, 'labelChanges' => [ 'en' ], 'descriptionChanges' => [],
					'statementChanges' => [], 'siteLinkChanges' => [], 'otherChanges' => false,
				] ),
				'metadata' => [
					'page_id' => 1, 'parent_id' => 999_999 + $number, 'rev_id' => 1_000_000 + $number, 'bot' => 0,
					'comment' => '/* wbsetlabel-set:1|en */ label', 'user_text' => '192.0.2.44', 'central_user_id' => 0,
				],
			] ),
		];
	}
}

$maintClass = EditRows::class;
require_once RUN_MAINTENANCE_IF_MAIN;
