<?php
/**
 * A table in Markdown.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Output;

use WikibaseDispatchBench\Measure\Measurement;

final class Markdown {

	/**
	 * @param list<Measurement> $measurements of one experiment
	 */
	public static function measurements( array $measurements ): string {
		$columns = Layout::usedColumns( $measurements[0]->experiment, $measurements );
		$rows = [];
		foreach ( $measurements as $measurement ) {
			$rows[] = [
				Layout::label( $measurement ),
				...array_map( static fn ( $column ) => $column->show( $measurement ), $columns ),
			];
		}
		return self::table( [ '', ...array_map( static fn ( $column ) => $column->heading, $columns ) ], $rows );
	}

	/**
	 * @param list<string> $headings
	 * @param list<list<string>> $rows
	 */
	public static function table( array $headings, array $rows ): string {
		$line = static fn ( array $cells ) => '| ' . implode( ' | ', $cells ) . " |\n";
		return $line( $headings ) . $line( array_fill( 0, count( $headings ), '---' ) )
			. implode( '', array_map( $line, $rows ) );
	}

	/**
	 * @param string $table that {@see table()} has made
	 * @return list<list<string>> its rows, without the headings
	 */
	public static function rows( string $table ): array {
		return array_map(
			static fn ( string $line ) => explode( ' | ', substr( $line, 2, -2 ) ),
			array_slice( explode( "\n", trim( $table ) ), 2 )
		);
	}
}
