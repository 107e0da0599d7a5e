<?php

declare( strict_types = 1 );

/**
 * Names of the special page, in each language that has one.
 */

$specialPageAliases = [];

/** English */
$specialPageAliases['en'] = [
	'DispatchStatus' => [ 'DispatchStatus' ],
];
