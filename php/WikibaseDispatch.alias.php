<?php
/**
 * Names of the special page, in each language that has one.
 *
 * @phpcs-disable MediaWiki.WhiteSpace.SpaceBeforeSingleLineComment
 */

$specialPageAliases = [];

/** English */
$specialPageAliases['en'] = [
	'DispatchStatus' => [ 'DispatchStatus' ],
];
