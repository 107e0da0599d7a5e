<?php
/**
 * Writes down which events of dispatching another extension hears of: a line of JSON each, in the farm's folder. On the
 * event `pruned` it fails. A test registers it where it needs it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchFarm;

use RuntimeException;
use Throwable;

final class HeardEvents {

	public static function hear( string $event, array $data, ?Throwable $cause ): void {
		if ( $event === 'pruned' ) {
			throw new RuntimeException( 'a broken handler' );
		}
		file_put_contents(
			dirname( $GLOBALS['wgCacheDirectory'] ) . '/heard.jsonl',
			json_encode( [ $event, $data['client'] ?? null, $data['changes'] ?? null, $cause?->getMessage() ] ) . "\n",
			FILE_APPEND
		);
	}
}
