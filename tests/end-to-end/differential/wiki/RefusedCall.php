<?php
/**
 * The API refuses a call; it says why. In a random edit that is normal, and it has to be the same on both farms.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use RuntimeException;
use Throwable;

class RefusedCall extends RuntimeException {

	public function __construct( string $reason, Throwable $previous ) {
		$text = mb_strimwidth( strtr( trim( $previous->getMessage() ), "\n\t", '  ' ), 0, 200, '…' );
		parent::__construct( "$reason: $text", 0, $previous );
	}
}
