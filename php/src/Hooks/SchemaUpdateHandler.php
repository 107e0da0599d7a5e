<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\InstalledWikibase;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnsupportedDatabaseException;
use MediaWiki\Extension\WikibaseDispatch\Base\Schema\DispatchTableKeeper;
use MediaWiki\Installer\DatabaseUpdater;
use MediaWiki\Installer\Hook\LoadExtensionSchemaUpdatesHook;
use MediaWiki\Registration\ExtensionRegistry;

/**
 * Has tables created by the installer and by `maintenance/update.php`: on a repo those of dispatch states, of the
 * rollout, of clients, of receipts, of failures, of the history, of the ledger and of rebuilds; on any wiki that of
 * notifications handled, and without Wikibase that of usages. A wiki that becomes a repo gets a repo's by the next
 * update.
 *
 * Updates run before services may be used, so this handler has no dependencies.
 */
class SchemaUpdateHandler implements LoadExtensionSchemaUpdatesHook {

	/** Its parts: a repo that is no client has no usages, and a client with Wikibase has its own. */
	private const WIKIBASE = [ InstalledWikibase::REPO, InstalledWikibase::CLIENT ];

	/** Columns that were too narrow for a site id of 64 bytes: table => column. On SQLite columns have no length. */
	private const WIDENED = [
		DispatchTableKeeper::TABLE => 'chd_site',
		'wb_changes_failure' => 'cf_site',
		'wb_changes_rebuild' => 'crb_site',
		'wb_changes_rollout' => 'cro_site',
		'wb_changes_shadow' => 'csh_site',
	];

	/**
	 * @inheritDoc
	 */
	public function onLoadExtensionSchemaUpdates( $updater ) {
		$type = $updater->getDB()->getType();
		$extensions = array_keys( ExtensionRegistry::getInstance()->getAllThings() );
		$isRepo = InstalledWikibase::mayBeRepoBy( $extensions, $GLOBALS );
		if ( !in_array( $type, RepoConnection::SUPPORTED, true ) ) {
			$updater->output( ( $isRepo
				? ( new UnsupportedDatabaseException( $type, $updater->getDB()->getDomainID() ) )->getMessage()
				: "WikibaseDispatch has no tables for '$type'; a client whose usages are kept by Wikibase needs none" )
				. "\n" );
			return;
		}
		$folder = dirname( __DIR__, 2 ) . "/sql/$type";
		if ( $isRepo ) {
			$this->addTablesOfRepo( $updater, $folder, $extensions );
		}
		$updater->addExtensionTable( 'wbc_dispatch_handled', "$folder/handled-generated.sql" );
		if ( array_intersect( self::WIKIBASE, $extensions ) === [] ) {
			$updater->addExtensionTable( 'wbc_entity_usage', "$folder/usages-generated.sql" );
		}
	}

	/**
	 * @param DatabaseUpdater $updater MediaWiki 1.39 knows it by another name only
	 * @param string $folder
	 * @param list<string> $extensions
	 */
	private function addTablesOfRepo( object $updater, string $folder, array $extensions ): void {
		DispatchTableKeeper::keep( $updater, $extensions );
		// A wiki that still has the table of Wikibase 1.37 keeps it, with its rows.
		$updater->addExtensionTable( DispatchTableKeeper::TABLE, "$folder/tables-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_rollout', "$folder/rollout-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_client', "$folder/client-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_sent', "$folder/receipts-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_rebuild', "$folder/subscriptions-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_failure', "$folder/failure-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_history', "$folder/history-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_client_history', "$folder/client_history-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_ledger', "$folder/ledger-generated.sql" );
		foreach ( $updater->getDB()->getType() === 'mysql' ? self::WIDENED : [] as $table => $column ) {
			$updater->modifyExtensionField( $table, $column, "$folder/patch-$column.sql" );
		}
	}
}
