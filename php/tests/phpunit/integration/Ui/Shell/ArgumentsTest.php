<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Ui\Shell;

/**
 * What every script does with what it is given.
 *
 * @coversNothing
 */
class ArgumentsTest extends ScriptTestCase {

	/** Script => arguments that it takes, and its exit code for wrong ones. */
	private const SCRIPTS = [
		'CatchUp' => [ [ 'enwiki', 'dewiki' ], 1 ],
		'DisableClient' => [ [ 'enwiki' ], 1 ],
		'EnableClient' => [ [ 'enwiki' ], 1 ],
		'ExplainDispatch' => [ [ 'enwiki' ], 1 ],
		'RebuildSubscriptions' => [ [], 1 ],
		'SeekClient' => [ [ 'enwiki', '0' ], 1 ],
		'ShowRollout' => [ [], 1 ],
		'ShowStatus' => [ [], 3 ],
	];

	public function test_no_script_is_forgotten(): void {
		$scripts = array_map(
			static fn ( string $file ) => basename( $file, '.php' ),
			array_filter(
				glob( dirname( __DIR__, 5 ) . '/maintenance/*.php' ),
				static fn ( string $file ) => str_contains( file_get_contents( $file ), '$maintClass' )
			)
		);
		$this->assertSame( array_keys( self::SCRIPTS ), array_values( $scripts ) );
	}

	/**
	 * @dataProvider provideScripts
	 */
	public function test_what_a_script_does_not_know_is_refused_and_nothing_is_done(
		string $name, array $arguments, int $refused
	): void {
		$output = $this->scriptEnding( $refused, $name, ...[ ...$arguments, '--nonsense' ] );
		$this->assertStringContainsString( 'nonsense', $output );
		$this->assertStringContainsString( '--help', $output );
		if ( $name !== 'CatchUp' ) {
			$output = $this->scriptEnding( $refused, $name, ...[ ...$arguments, 'surplus' ] );
			$this->assertStringContainsString( "Unexpected argument 'surplus'!", $output );
		}
		if ( in_array( $name, [ 'DisableClient', 'EnableClient', 'SeekClient' ], true ) ) {
			$this->assertStringContainsString( 'is required!', $this->scriptEnding( $refused, $name ) );
		}
	}

	/**
	 * @dataProvider provideScripts
	 */
	public function test_each_says_what_it_does_and_takes( string $name ): void {
		$help = $this->script( $name, '--help' );
		$this->assertMatchesRegularExpression( '/^[A-Z][a-z]+s [^.]+\./m', $help, 'what it does, in a sentence' );
		$this->assertStringContainsString( 'Usage: ', $help );
		$this->assertStringContainsString( 'Run it on ', preg_replace( '/\s+/', ' ', $help ) );
	}

	public static function provideScripts(): iterable {
		foreach ( self::SCRIPTS as $name => [ $arguments, $refused ] ) {
			yield $name => [ $name, $arguments, $refused ];
		}
	}
}
