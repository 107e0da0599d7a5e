<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Status;

use RuntimeException;

/**
 * Prometheus' own tool, which `bin/setup` fetches: it checks what a server would read.
 */
final class Promtool {

	private const PROJECT = __DIR__ . '/../../../../..';
	private const RULES = self::PROJECT . '/docs/alerts.yml';
	private const INSTANCE = 'repo.example';

	/** What is wrong with an exposition; empty if nothing is. */
	public static function lint( string $metrics ): string {
		return self::run( [ 'check', 'metrics' ], $metrics );
	}

	/** What is wrong with the rules; empty if nothing is. */
	public static function checkRules(): string {
		$said = self::run( [ 'check', 'rules', self::RULES ] );
		return str_contains( $said, 'SUCCESS' ) ? '' : $said;
	}

	/**
	 * What is wrong with queries; empty if nothing is.
	 *
	 * @param list<string> $queries
	 */
	public static function checkQueries( array $queries ): string {
		$file = tempnam( sys_get_temp_dir(), 'wbd' );
		$rules = [];
		foreach ( $queries as $i => $query ) {
			$rules[] = [ 'record' => "query:$i", 'expr' => $query ];
		}
		// What is JSON is YAML, too.
		file_put_contents( $file, json_encode(
			[ 'groups' => [ [ 'name' => 'queries', 'rules' => $rules ] ] ], JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR
		) );
		$said = self::run( [ 'check', 'rules', $file ] );
		unlink( $file );
		return str_contains( $said, 'SUCCESS' ) ? '' : $said;
	}

	/**
	 * The alerts that fire when the metrics have been the same for an hour.
	 *
	 * @param string $metrics
	 * @param array<string,list<array{0:array<string,string>,1:string}>> $expected name => labels without severity and
	 *   instance, and the summary, of each that fires; a rule that is not named must not fire
	 * @return string what differs; empty if nothing does
	 */
	public static function testAlerts( string $metrics, array $expected ): string {
		$rules = file_get_contents( self::RULES );
		$pattern = '/- alert: (\w+).*?severity: (\w+).*?description: ([^\n]*)/s';
		preg_match_all( $pattern, $rules, $matches, PREG_SET_ORDER );
		$tests = [];
		foreach ( $matches as [ , $name, $severity, $description ] ) {
			$alerts = [];
			foreach ( $expected[$name] ?? [] as [ $labels, $summary ] ) {
				$alerts[] = [
					'exp_labels' => [ 'severity' => $severity ] + $labels +
						( $metrics === '' ? [] : [ 'instance' => self::INSTANCE ] ),
					'exp_annotations' => [ 'summary' => $summary, 'description' => $description ],
				];
			}
			$tests[] = [ 'eval_time' => '50m', 'alertname' => $name, 'exp_alerts' => $alerts ];
		}
		$file = tempnam( sys_get_temp_dir(), 'wbd' );
		// What is JSON is YAML, too.
		file_put_contents( $file, json_encode( [
			'rule_files' => [ realpath( self::RULES ) ],
			'evaluation_interval' => '1m',
			'tests' => [ [
				'interval' => '1m',
				'input_series' => self::series( $metrics ),
				'alert_rule_test' => $tests,
			] ],
		], JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR ) );
		$said = self::run( [ 'test', 'rules', $file ] );
		unlink( $file );
		return str_contains( $said, 'SUCCESS' ) ? '' : $said;
	}

	/**
	 * @return list<array{series:string,values:string}>
	 */
	private static function series( string $metrics ): array {
		$series = [];
		foreach ( preg_grep( '/^[a-z]/', explode( "\n", $metrics ) ) as $line ) {
			preg_match( '/^(\w+)(?:\{(.*)\})? (\S+)$/', $line, $parts );
			$labels = implode( ',', array_filter( [ 'instance="' . self::INSTANCE . '"', $parts[2] ] ) );
			$series[] = [ 'series' => "{$parts[1]}{{$labels}}", 'values' => "{$parts[3]}+0x60" ];
		}
		return $series;
	}

	/**
	 * @param list<string> $arguments
	 * @param string $input
	 */
	private static function run( array $arguments, string $input = '' ): string {
		$program = self::PROJECT . '/build/promtool';
		if ( !is_executable( $program ) ) {
			throw new RuntimeException( "there is no $program: bin/setup fetches it" );
		}
		$process = proc_open(
			[ $program, ...$arguments ], [ [ 'pipe', 'r' ], [ 'pipe', 'w' ], [ 'redirect', 1 ] ], $pipes
		);
		fwrite( $pipes[0], $input );
		fclose( $pipes[0] );
		$said = stream_get_contents( $pipes[1] );
		$status = proc_close( $process );
		return $status === 0 || $said !== '' ? $said : "promtool ended with $status";
	}
}
