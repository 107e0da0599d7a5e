<?php

declare( strict_types = 1 );

/**
 * Names of the special pages, in each language that has one.
 */

$specialPageAliases = [];

/** English */
$specialPageAliases['en'] = [
	// The second is what Wikibase called its own until 1.37. Where there still is that page, its own name goes first.
	'DispatchStatus' => [ 'DispatchStatus', 'DispatchStats' ],
	'ManageDispatch' => [ 'ManageDispatch' ],
];
