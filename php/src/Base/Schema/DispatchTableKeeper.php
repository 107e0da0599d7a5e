<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Schema;

use Closure;
use MediaWiki\Installer\DatabaseUpdater;
use RuntimeException;

/**
 * Keeps Wikibase from dropping the table of dispatch states.
 *
 * Since Wikibase has stopped using `wb_changes_dispatch` (1.38) its updates drop it, by every run of
 * `maintenance/update.php`. All clients would begin anew each time. MediaWiki has no way to take an update back, so it
 * is taken out of the updater's list before anything runs; this is the only place that reaches into an object of
 * others.
 */
final class DispatchTableKeeper {

	public const TABLE = 'wb_changes_dispatch';

	private const OURS = 'WikibaseDispatch';
	private const THEIRS = 'WikibaseRepository';

	/**
	 * @param DatabaseUpdater $updater
	 * @param list<string> $extensions in the order in which they were loaded
	 */
	public static function keep( object $updater, array $extensions ): void {
		$theirs = array_search( self::THEIRS, $extensions, true );
		if ( $theirs !== false && $theirs > (int)array_search( self::OURS, $extensions, true ) ) {
			throw new RuntimeException(
				'load WikibaseDispatch after Wikibase, in LocalSettings.php: else the updates of Wikibase drop the ' .
				'table ' . self::TABLE . ', and every client gets all changes of the last hours again'
			);
		}
		$isDrop = static fn ( mixed $update ): bool =>
			is_array( $update ) && ( $update[0] ?? null ) === 'dropTable' && ( $update[1] ?? null ) === self::TABLE;
		// The closure is run as if it stood in the updater's class.
		Closure::bind(
			static function ( DatabaseUpdater $updater ) use ( $isDrop ): void {
				$updater->extensionUpdates = array_values( array_filter(
					$updater->extensionUpdates,
					static fn ( mixed $update ) => !$isDrop( $update )
				) );
			},
			null,
			DatabaseUpdater::class
		)( $updater );
	}
}
