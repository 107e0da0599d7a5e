<?php
/**
 * Maintenance script of a farm's wiki: fills it with the pages and entity usages of the real one and, on the repo, the
 * subscriptions and site links. Pages are rows only; nobody needs their text here.
 */

declare( strict_types = 1 );

use WikibaseDispatchTests\Data;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';
require_once __DIR__ . '/../lib/autoload.php';

class LoadWiki extends Maintenance {

	private const ROWS_AT_ONCE = 200;

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Fills a wiki of the farm with the pages and usages of the real one' );
		$this->addOption( 'data', 'Folder of the data', false, true );
		$this->addOption( 'subscriptions', 'Load the subscriptions, too' );
		$this->addOption( 'links', 'Load the site links of the items, too' );
	}

	public function execute(): void {
		$data = new Data( $this->getOption( 'data', Data::DEFAULT_FOLDER ) );
		$wiki = $this->getConfig()->get( 'DBname' );
		// The installer's main page makes room for the real one.
		$this->getDB( DB_PRIMARY )->delete( 'page', '*', __METHOD__ );
		$this->load( 'page', $data->rows( "$wiki.page" ), static fn ( array $row ) => $row + [
			'page_is_redirect' => 0,
			'page_is_new' => 0,
			'page_random' => mt_rand() / mt_getrandmax(),
			'page_len' => 100,
			'page_content_model' => 'wikitext',
		] );
		$this->load( 'wbc_entity_usage', $data->rows( "$wiki.wbc_entity_usage" ) );
		if ( $this->hasOption( 'subscriptions' ) ) {
			$this->load( 'wb_changes_subscription', $data->rows( 'wb_changes_subscription' ) );
		}
		if ( $this->hasOption( 'links' ) ) {
			$this->load( 'wb_items_per_site', $data->rows( 'wb_items_per_site' ) );
		}
	}

	private function load( string $table, iterable $rows, ?callable $complete = null ): void {
		$dbw = $this->getDB( DB_PRIMARY );
		$this->beginTransaction( $dbw, __METHOD__ );
		$batch = [];
		$count = 0;
		foreach ( $rows as $row ) {
			$batch[] = $complete ? $complete( $row ) : $row;
			$count++;
			if ( count( $batch ) === self::ROWS_AT_ONCE ) {
				$dbw->insert( $table, $batch, __METHOD__ );
				$batch = [];
			}
		}
		if ( $batch ) {
			$dbw->insert( $table, $batch, __METHOD__ );
		}
		$this->commitTransaction( $dbw, __METHOD__ );
		$this->output( "$count rows in $table\n" );
	}
}

$maintClass = LoadWiki::class;
require_once RUN_MAINTENANCE_IF_MAIN;
