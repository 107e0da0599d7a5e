<?php
/**
 * The real changes in tests/data, read row by row: see the README there for the format.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

class Data {

	public const DEFAULT_FOLDER = __DIR__ . '/../../data/wikibase-1.43';

	public function __construct( private readonly string $folder ) {
	}

	public function has( string $table ): bool {
		return is_file( $this->path( $table ) );
	}

	/**
	 * @return iterable<array<string,?string>> column name => value
	 */
	public function rows( string $table ): iterable {
		$path = $this->path( $table );
		$file = is_file( $path ) ? gzopen( $path, 'rb' ) : false;
		if ( !$file ) {
			throw new RuntimeException( "cannot read $path" );
		}
		$columns = null;
		for ( $line = gzgets( $file ); $line !== false; $line = gzgets( $file ) ) {
			$fields = explode( "\t", rtrim( $line, "\n" ) );
			if ( $columns === null ) {
				$columns = $fields;
				continue;
			}
			yield array_combine( $columns, array_map( self::unescape( ... ), $fields ) );
		}
		gzclose( $file );
	}

	/**
	 * @return array<string,array<int,true>> client => change id => true
	 */
	public function expectedDeliveries( int $upTo = PHP_INT_MAX ): array {
		$due = [];
		foreach ( $this->rows( 'expected_deliveries' ) as $row ) {
			$id = (int)$row['change_id'];
			if ( $id <= $upTo ) {
				$due[$row['client']][$id] = true;
			}
		}
		return $due;
	}

	private function path( string $table ): string {
		return "{$this->folder}/$table.tsv.gz";
	}

	private static function unescape( string $value ): ?string {
		if ( $value === 'NULL' ) {
			return null;
		}
		return str_contains( $value, '\\' )
			? strtr( $value, [ '\\n' => "\n", '\\t' => "\t", '\\0' => "\0", '\\\\' => '\\' ] )
			: $value;
	}
}
