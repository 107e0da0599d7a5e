<?php
/**
 * The results as tables on a terminal: medians, and in parentheses the smallest and largest of the runs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Output;

use WikibaseDispatchBench\Measure\Results;

final class Terminal {

	public static function show( Results $results ): void {
		foreach ( Layout::TITLES as $experiment => $title ) {
			foreach ( Layout::engines( $results, $experiment ) as $engine ) {
				$measurements = $results->of( $experiment, $engine === '' ? [] : [ 'engine' => $engine ] );
				$columns = Layout::usedColumns( $experiment, $measurements );
				$rows = [ [ '', ...array_map( static fn ( $column ) => $column->heading, $columns ) ] ];
				foreach ( $measurements as $measurement ) {
					$rows[] = [
						Layout::label( $measurement ),
						...array_map( static fn ( $column ) => $column->show( $measurement ), $columns ),
					];
				}
				echo "\n$title", $engine === '' ? '' : " ($engine)", "\n\n", self::table( $rows );
			}
		}
		echo "\nMedians; in parentheses the smallest and largest of the runs, where they differ.\n";
	}

	/**
	 * @param list<list<string>> $rows
	 */
	private static function table( array $rows ): string {
		$widths = array_map(
			static fn ( ...$cells ) => max( array_map( mb_strlen( ... ), $cells ) ),
			...$rows
		);
		$text = '';
		foreach ( $rows as $row ) {
			$line = '';
			foreach ( $row as $i => $cell ) {
				$space = str_repeat( ' ', $widths[$i] - mb_strlen( $cell ) );
				$line .= $i === 0 ? "  $cell$space" : "  $space$cell";
			}
			$text .= rtrim( $line ) . "\n";
		}
		return $text;
	}
}
