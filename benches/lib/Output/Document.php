<?php
/**
 * Fills docs/performance.md: what stands between `<!-- bench NAME -->` and `<!-- end -->` is made from results, the
 * rest is left alone. What was not measured stays as it is: so the origin of the tables, if the backlog is not among
 * it, and each goal about something else.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Output;

use WikibaseDispatchBench\Measure\Results;
use WikibaseDispatchTests\Axis;
use WikibaseDispatchTests\Plot;

class Document {

	public function __construct( private readonly Results $results, private readonly Results $peers ) {
	}

	public function fill( string $text ): string {
		return preg_replace_callback(
			'/(<!-- bench ([a-z ]+) -->\n)(.*?)(<!-- end -->)/s',
			function ( array $match ): string {
				$made = $this->part( $match[2], $match[3] );
				return $made === null ? $match[0] : "$match[1]$made$match[4]";
			},
			$text
		);
	}

	/**
	 * @return array<string,string> name of a file => plot
	 */
	public function plots(): array {
		$plots = [];
		$xTitles = [ 'clients' => 'clients; the same deliveries are spread over them', 'changes' => 'changes' ];
		foreach ( $xTitles as $by => $xTitle ) {
			$series = $this->costs( $by );
			if ( $series ) {
				$points = array_merge( ...array_values( $series ) );
				$plots["performance-$by.svg"] = ( new Plot(
					"Cost against $by, on MariaDB",
					Axis::ofValues( $xTitle, array_column( $points, 0 ) ),
					Axis::ofPowers( 'CPU seconds, database included', array_column( $points, 1 ) ),
					$series,
					isMarked: true
				) )->svg();
			}
		}
		return $plots;
	}

	private function part( string $name, string $old ): ?string {
		if ( $name === 'origin' ) {
			return $this->results->of( 'backlog' ) ? $this->origin() : null;
		}
		if ( $name === 'client origin' ) {
			return $this->results->of( 'client' ) ? $this->origin() : null;
		}
		if ( $name === 'goals' ) {
			$rows = self::merged( Markdown::rows( $old ), ( new Goals( $this->results, $this->peers ) )->rows() );
			return $rows ? Markdown::table( [ '', 'against', 'goal', 'measured', 'met' ], $rows ) : null;
		}
		if ( $name === 'peers' ) {
			return Markdown::measurements( $this->peers->of( 'backlog' ) );
		}
		if ( $name === 'way origin' ) {
			return $this->results->of( 'way' ) ? $this->origin() : null;
		}
		if ( $name === 'way' ) {
			$ours = $this->results->of( 'way' );
			return $ours ? Markdown::measurements( [ ...$ours, ...$this->peers->of( 'way' ) ] ) : null;
		}
		if ( $name === 'client' ) {
			$ours = $this->results->of( 'client' );
			return $ours ? Markdown::measurements( [ ...$ours, ...$this->peers->of( 'client' ) ] ) : null;
		}
		[ $experiment, $engine ] = explode( ' ', $name ) + [ 1 => null ];
		$measurements = $this->results->of( $experiment, $engine === null ? [] : [ 'engine' => $engine ] );
		return $measurements ? Markdown::measurements( $measurements ) : null;
	}

	/**
	 * @param list<list<string>> $old
	 * @param list<list<string>> $new
	 * @return list<list<string>> the new ones in the place of those about the same, then the others
	 */
	private static function merged( array $old, array $new ): array {
		$rows = [];
		foreach ( [ ...$old, ...$new ] as $row ) {
			$rows["$row[0]|$row[1]"] = $row;
		}
		return array_values( $rows );
	}

	private function origin(): string {
		$rows = [];
		foreach ( array_filter( $this->results->origin() ) as $name => $value ) {
			$rows[] = [ $name, $name === 'command' ? "`$value`" : $value ];
		}
		return Markdown::table( [ '', '' ], $rows );
	}

	/**
	 * @return array<string,list<array{int,float}>> contender => clients or changes, and CPU seconds
	 */
	private function costs( string $by ): array {
		$series = [];
		foreach ( $this->results->of( $by, [ 'engine' => 'mariadb' ] ) as $it ) {
			$cpu = $it->median( 'cpu' ) + $it->median( 'databaseCpu' );
			$series[$it->subject][] = [ $it->setting[$by], $cpu ];
		}
		array_walk( $series, static fn ( array &$points ) => sort( $points ) );
		return $series;
	}
}
