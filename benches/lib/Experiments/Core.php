<?php
/**
 * The core alone, measured by criterion: see core.rs. Its own report says more than what is taken over here.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Experiments;

use RuntimeException;
use WikibaseDispatchBench\Bench;
use WikibaseDispatchBench\Measure\Measurement;
use WikibaseDispatchTests\Shell;

class Core {

	public function run( Bench $bench ): void {
		$bench->note( 'core: criterion' );
		$root = (string)realpath( __DIR__ . '/../../..' );
		$home = "{$bench->folder}/criterion";
		putenv( "CRITERION_HOME=$home" );
		// Elsewhere than the module, which cargo would replace by the core without PHP.
		putenv( 'CARGO_TARGET_DIR=' . getenv( 'BENCH_TARGET' ) );
		Shell::run( 'sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', $root, 'cargo', 'bench', '--no-default-features',
			'--bench', 'core', '--', ...( $bench->options->quick ? [ '--quick' ] : [] ) );
		$files = glob( "$home/*/*/new/estimates.json" );
		if ( !$files ) {
			throw new RuntimeException( "criterion has written nothing to $home" );
		}
		foreach ( $files as $file ) {
			$subject = self::read( dirname( $file ) . '/benchmark.json' )['full_id'];
			$median = self::read( $file )['median'];
			$bounds = $median['confidence_interval'];
			$bench->results->add( new Measurement( 'core', $subject, [], array_map(
				static fn ( float $nanoseconds ) => [ 'nanoseconds' => $nanoseconds ],
				[ $bounds['lower_bound'], $median['point_estimate'], $bounds['upper_bound'] ]
			) ) );
		}
	}

	private static function read( string $file ): array {
		return json_decode( (string)file_get_contents( $file ), true );
	}
}
