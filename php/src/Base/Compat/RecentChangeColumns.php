<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Compat;

use Wikimedia\Rdbms\IDatabase;

/**
 * Columns of `recentchanges` that not every version of MediaWiki has. Which there are is asked of the table: a wiki may
 * not have been updated yet, or may have been while a job runner lives on.
 *
 * Where `rc_type` is missing, `rc_source` says alone what kind of change a row tells of.
 */
class RecentChangeColumns {

	/** Column => its value in a row that tells of something on another wiki. */
	private const FORMER = [
		'rc_new' => 0,
		'rc_type' => 5,
	];

	/**
	 * @return array<string,int> column => value, of those that the table has
	 */
	public function former( IDatabase $db ): array {
		return array_filter(
			self::FORMER,
			static fn ( string $column ) => $db->fieldExists( 'recentchanges', $column, __METHOD__ ),
			ARRAY_FILTER_USE_KEY
		);
	}
}
