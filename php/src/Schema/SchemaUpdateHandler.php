<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Schema;

use MediaWiki\Installer\Hook\LoadExtensionSchemaUpdatesHook;
use MediaWiki\Registration\ExtensionRegistry;

/**
 * Has the tables of dispatch states, of the rollout, of failures, of the history, of rebuilds, and of usages where
 * there is no Wikibase that keeps them, created by the installer and by `maintenance/update.php`.
 *
 * Updates run before services may be used, so this handler has no dependencies.
 */
class SchemaUpdateHandler implements LoadExtensionSchemaUpdatesHook {

	private const DATABASE_TYPES = [ 'sqlite', 'mysql' ];

	/** Its parts: a repo that is no client has no usages, and a client with Wikibase has its own. */
	private const WIKIBASE = [ 'WikibaseRepository', 'WikibaseClient' ];

	/**
	 * @inheritDoc
	 */
	public function onLoadExtensionSchemaUpdates( $updater ) {
		$type = $updater->getDB()->getType();
		if ( !in_array( $type, self::DATABASE_TYPES, true ) ) {
			$updater->output( "WikibaseDispatch has no tables for $type: it supports SQLite and MySQL/MariaDB.\n" );
			return;
		}
		$folder = dirname( __DIR__, 2 ) . "/sql/$type";
		$extensions = array_keys( ExtensionRegistry::getInstance()->getAllThings() );
		DispatchTableKeeper::keep( $updater, $extensions );
		// A wiki that still has the table of Wikibase 1.37 keeps it, with its rows.
		$updater->addExtensionTable( DispatchTableKeeper::TABLE, "$folder/tables-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_rollout', "$folder/rollout-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_rebuild', "$folder/subscriptions-generated.sql" );
		if ( array_intersect( self::WIKIBASE, $extensions ) === [] ) {
			$updater->addExtensionTable( 'wbc_entity_usage', "$folder/usages-generated.sql" );
		}
		$updater->addExtensionTable( 'wb_changes_failure', "$folder/failure-generated.sql" );
		$updater->addExtensionTable( 'wb_changes_history', "$folder/history-generated.sql" );
	}
}
