<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Metrics;

use FilesystemIterator;
use MediaWiki\Extension\WikibaseDispatch\Base\Metrics\Metric;
use MediaWiki\Extension\WikibaseDispatch\Status\Metrics\StatusMetrics;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status\Explain\SampleStatus;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;

/**
 * That the dashboard can be imported, and shows only what is exported.
 *
 * @coversNothing
 */
class DashboardTest extends TestCase {

	private const PROJECT = __DIR__ . '/../../../../../..';

	/** Labels that Prometheus itself gives. */
	private const OF_PROMETHEUS = [ 'instance' => null, 'job' => null ];

	/** What becomes of a timing in Prometheus. */
	private const OF_TIMING = [ '_sum' => [], '_count' => [], '_bucket' => [ 'le' => null ] ];

	public function test_every_metric_and_every_label_is_exported(): void {
		$exported = self::ofStatus() + self::counted();
		$faults = [];
		foreach ( self::queries() as $query ) {
			preg_match_all( '/\b((?:wikibase_dispatch|mediawiki)_\w+)(?:\{(.*?)\})?/', $query, $used, PREG_SET_ORDER );
			$labels = [];
			foreach ( $used as $use ) {
				$name = $use[1];
				if ( !isset( $exported[$name] ) ) {
					$faults[] = "$name is not exported: $query";
					continue;
				}
				$labels += $exported[$name];
				preg_match_all( '/(\w+)[=!]~?"([^"]*)"/', $use[2] ?? '', $pairs, PREG_SET_ORDER );
				foreach ( $pairs as [ , $label, $value ] ) {
					$values = $exported[$name][$label] ?? null;
					if ( !array_key_exists( $label, $exported[$name] )
						|| ( $values !== null && !in_array( $value, $values, true ) )
					) {
						$faults[] = "$name has no $label=\"$value\": $query";
					}
				}
			}
			preg_match_all( '/\bby \((\w+)\)/', $query, $groups );
			foreach ( array_diff( $groups[1], array_keys( $labels ) ) as $label ) {
				$faults[] = "nothing has the label $label: $query";
			}
		}
		$this->assertSame( [], $faults );
	}

	public function test_every_legend_uses_a_label_that_is_there(): void {
		foreach ( self::panels() as $panel ) {
			foreach ( $panel['targets'] ?? [] as $target ) {
				preg_match_all( '/\{\{(\w+)\}\}/', $target['legendFormat'], $labels );
				foreach ( $labels[1] as $label ) {
					$isKept = str_contains( $target['expr'], "by ($label)" )
						|| preg_match( '/(wikibase_dispatch_\w+)/', $target['expr'], $metric )
							&& array_key_exists( $label, self::ofStatus()[$metric[1]] );
					$this->assertTrue( (bool)$isKept, "$label in {$panel['title']}" );
				}
			}
		}
	}

	public function test_every_metric_of_the_status_is_shown(): void {
		$queries = implode( "\n", self::queries() );
		foreach ( array_keys( self::ofStatus() ) as $name ) {
			$this->assertStringContainsString( "{$name}{", $queries );
		}
	}

	public function test_it_can_be_imported_with_any_data_source(): void {
		$dashboard = self::dashboard();
		$this->assertNull( $dashboard['id'], 'one that is imported gets its number there' );
		$variables = array_column( $dashboard['templating']['list'], null, 'name' );
		$this->assertSame( [ 'datasource', 'prometheus' ], [
			$variables['datasource']['type'], $variables['datasource']['query'],
		] );
		$sources = [];
		array_walk_recursive( $dashboard, static function ( mixed $value, string|int $key ) use ( &$sources ): void {
			if ( $key === 'uid' && str_starts_with( (string)$value, '$' ) ) {
				$sources[] = $value;
			}
		} );
		$this->assertSame( [ '${datasource}' ], array_values( array_unique( $sources ) ) );
		preg_match_all( '/\$(\w+)/', implode( "\n", self::queries() ), $used );
		$this->assertSame(
			[],
			array_diff( $used[1], [ ...array_keys( $variables ), '__rate_interval' ] ),
			'variables that are not there'
		);
	}

	public function test_panels_have_a_title_a_description_and_a_place_of_their_own(): void {
		$taken = [];
		foreach ( self::panels() as $panel ) {
			$this->assertNotSame( '', $panel['title'] );
			if ( $panel['type'] !== 'row' ) {
				$this->assertStringEndsWith( '.', $panel['description'], $panel['title'] );
				$this->assertNotSame( [], $panel['targets'], $panel['title'] );
			}
			[ 'x' => $x, 'y' => $y, 'w' => $width, 'h' => $height ] = $panel['gridPos'];
			$this->assertLessThanOrEqual( 24, $x + $width, $panel['title'] );
			for ( $i = 0; $i < $width * $height; $i++ ) {
				$place = ( $x + $i % $width ) . '/' . ( $y + intdiv( $i, $width ) );
				$this->assertArrayNotHasKey( $place, $taken, $panel['title'] );
				$taken[$place] = true;
			}
		}
		$ids = array_column( self::panels(), 'id' );
		$this->assertSame( $ids, array_unique( $ids ) );
	}

	private static function dashboard(): array {
		$file = self::PROJECT . '/docs/grafana-dashboard.json';
		return json_decode( file_get_contents( $file ), true, 32, JSON_THROW_ON_ERROR );
	}

	private static function panels(): array {
		return self::dashboard()['panels'];
	}

	/**
	 * @return list<string> of panels, and of variables
	 */
	private static function queries(): array {
		$targets = array_merge( ...array_map( static fn ( array $panel ) => $panel['targets'] ?? [], self::panels() ) );
		$variables = array_filter(
			array_column( array_column( self::dashboard()['templating']['list'], 'query' ), 'query' )
		);
		$queries = [ ...array_column( $targets, 'expr' ), ...$variables ];
		self::assertNotSame( [], $queries );
		return $queries;
	}

	/**
	 * @return array<string,array<string,list<string>|null>> metric => label => values; null: any
	 */
	private static function ofStatus(): array {
		$status = SampleStatus::farm( [ SampleStatus::client( 'due' ) ] );
		preg_match_all( '/^(\w+)(?:\{(\w+)="([^"]*)"\})? /m', StatusMetrics::text( $status ), $lines, PREG_SET_ORDER );
		$metrics = [];
		foreach ( $lines as $line ) {
			$metrics[$line[1]] ??= self::OF_PROMETHEUS;
			if ( ( $line[2] ?? '' ) === 'client' ) {
				$metrics[$line[1]]['client'] = null;
			} elseif ( ( $line[2] ?? '' ) !== '' ) {
				$metrics[$line[1]][$line[2]][] = $line[3];
			}
		}
		return $metrics;
	}

	/**
	 * What MediaWiki's statistics have, with the labels that are given where it is counted.
	 *
	 * @return array<string,array<string,null>> metric => label => any value
	 */
	private static function counted(): array {
		$labels = [];
		$files = new RecursiveIteratorIterator(
			new RecursiveDirectoryIterator( self::PROJECT . '/php/src', FilesystemIterator::SKIP_DOTS )
		);
		foreach ( $files as $file ) {
			$code = file_get_contents( $file->getPathname() );
			preg_match_all( "/Metric::(\w+),[^;]*?\[ '(\w+)' =>/", $code, $uses, PREG_SET_ORDER );
			foreach ( $uses as [ , $case, $label ] ) {
				$labels[$case][$label] = null;
			}
		}
		$metrics = [];
		foreach ( Metric::cases() as $metric ) {
			$name = "mediawiki_{$metric->component()}_{$metric->value}";
			$own = ( $labels[$metric->name] ?? [] ) + self::OF_PROMETHEUS;
			if ( str_ends_with( $name, '_seconds' ) ) {
				foreach ( self::OF_TIMING as $suffix => $more ) {
					$metrics[$name . $suffix] = $own + $more;
				}
			} else {
				$metrics[$name] = $own;
			}
		}
		return $metrics;
	}
}
