<?php
/**
 * A file with a line of JSON for each entry, to which somebody is still writing.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

final class JsonLines {

	/**
	 * @return iterable<array<string,mixed>>
	 */
	public static function read( string $file ): iterable {
		$lines = fopen( $file, 'r' );
		while ( ( $line = fgets( $lines ) ) !== false ) {
			$entry = json_decode( $line, true );
			// The last one may be half there.
			if ( is_array( $entry ) ) {
				yield $entry;
			}
		}
		fclose( $lines );
	}

	/**
	 * @param string $file to which a gate writes
	 * @param list<string> $types
	 * @return iterable<array{at:float,id:string,wiki:string,type:string,params:array}>
	 */
	public static function accepted( string $file, array $types ): iterable {
		foreach ( self::read( $file ) as [ 'at' => $at, 'event' => $event ] ) {
			if ( in_array( $event['type'], $types, true ) ) {
				yield [
					'at' => $at, 'id' => $event['meta']['id'], 'wiki' => $event['database'], 'type' => $event['type'],
					'params' => $event['params'],
				];
			}
		}
	}
}
