<?php

declare( strict_types = 1 );

/**
 * Names of the special pages, in each language that has one.
 */

$specialPageAliases = [];

/** English */
$specialPageAliases['en'] = [
	'DispatchStatus' => [ 'DispatchStatus' ],
	'ManageDispatch' => [ 'ManageDispatch' ],
];
