<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Settings;

use InvalidArgumentException;

/**
 * A setting that only the extension uses, and that native code therefore does not check, has a value that is not
 * allowed.
 */
class InvalidExtensionSettingException extends InvalidArgumentException {

	public function __construct( string $name, mixed $value, string $allowed ) {
		$shown = json_encode( $value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR );
		parent::__construct( "\$wgWikibaseDispatchSettings['$name'] is $shown, but must be $allowed" );
	}
}
