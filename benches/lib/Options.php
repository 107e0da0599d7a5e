<?php
/**
 * The command line of bin/bench. What the options mean stands in `bin/bench --help`.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench;

use RuntimeException;

class Options {

	public const EXPERIMENTS = [
		'backlog', 'clients', 'idle', 'changes', 'steady', 'edit', 'memory', 'client', 'way', 'core',
	];
	private const OF_THIS_MACHINE = [ '--json', '--data', '--mediawiki', '--programs', '--keep', '--before' ];
	private const QUICK_CHANGES = 2000;
	private const OWN_DATA = __DIR__ . '/../data/wikidata-20k';

	public bool $quick = false;
	public bool $keep = false;
	/** How to measure the same again: without where things are on this machine. */
	public string $command = 'bin/bench';
	/** @var list<string> */
	public array $engines = [ 'mariadb', 'sqlite' ];
	/** @var list<int> */
	public array $clients = [ 8, 80, 816, 8160 ];
	/** @var list<string> */
	public array $experiments = self::EXPERIMENTS;
	private int $changes = 20_000;
	public int $runs = 3;
	public ?string $json = null;
	/** @var list<?string> `dispatchStrategy`; null: what the extension takes by itself */
	public array $strategies = [ null ];
	public string $mediawiki = '';
	public string $data = self::OWN_DATA;
	/** Another working copy of this project, with a module, to measure beside this one. */
	public ?string $before = null;
	/** Folder of the contenders that are compiled. */
	public string $programs = '';

	/**
	 * @param list<string> $arguments
	 */
	public static function parse( array $arguments ): self {
		$options = new self();
		$data = getenv( 'WIKIBASE_DISPATCH_BENCH_DATA' ) ?: null;
		while ( $arguments ) {
			$before = $arguments;
			$name = array_shift( $arguments );
			match ( $name ) {
				'--quick' => $options->beQuick(),
				'--keep' => $options->keep = true,
				'--engine' => $options->engines = self::oneOf( $name, $arguments, [
					'mariadb' => [ 'mariadb' ], 'sqlite' => [ 'sqlite' ], 'both' => [ 'mariadb', 'sqlite' ],
				] ),
				'--changes' => $options->changes = self::oneOf( $name, $arguments, [
					'20k' => 20_000, '200k' => 200_000,
				] ),
				'--clients' => $options->clients = array_map( self::number( ... ), self::listOf( $name, $arguments ) ),
				'--only' => $options->experiments = self::experiments( self::listOf( $name, $arguments ) ),
				'--runs' => $options->runs = self::number( self::value( $name, $arguments ) ),
				'--json' => $options->json = self::value( $name, $arguments ),
				'--strategy' => $options->strategies = self::listOf( $name, $arguments ),
				'--data' => $data = self::value( $name, $arguments ),
				'--mediawiki' => $options->mediawiki = self::value( $name, $arguments ),
				'--before' => $options->before = self::value( $name, $arguments ),
				'--programs' => $options->programs = self::value( $name, $arguments ),
				default => throw new RuntimeException( "unknown argument: $name (--help tells more)" ),
			};
			if ( !in_array( $name, self::OF_THIS_MACHINE, true ) ) {
				$typed = array_slice( $before, 0, count( $before ) - count( $arguments ) );
				$options->command .= ' ' . implode( ' ', $typed );
			}
		}
		$options->data = self::dataFolder( $options->changes, $data );
		return $options;
	}

	/** How many changes a backlog has. */
	public function changes(): int {
		return $this->quick ? self::QUICK_CHANGES : $this->changes;
	}

	private function beQuick(): void {
		$this->quick = true;
		$this->runs = 1;
		$this->clients = [ 8, 80, 816 ];
	}

	private static function dataFolder( int $changes, ?string $given ): string {
		if ( $given === null && $changes > 20_000 ) {
			throw new RuntimeException( "$changes changes are not in this repository: say where they are by "
				. '--data FOLDER, or by WIKIBASE_DISPATCH_BENCH_DATA in the environment '
				. '(benches/data/wikidata-20k/README.md says what has to be there)' );
		}
		return $given ?? self::OWN_DATA;
	}

	private static function value( string $name, array &$arguments ): string {
		return array_shift( $arguments ) ?? throw new RuntimeException( "$name needs a value (--help tells more)" );
	}

	/**
	 * @return list<string>
	 */
	private static function listOf( string $name, array &$arguments ): array {
		return explode( ',', self::value( $name, $arguments ) );
	}

	private static function oneOf( string $name, array &$arguments, array $values ): mixed {
		$value = self::value( $name, $arguments );
		return $values[$value]
			?? throw new RuntimeException( "$name takes " . implode( ', ', array_keys( $values ) ) . ", not '$value'" );
	}

	private static function number( string $value ): int {
		return ctype_digit( $value ) && (int)$value > 0 ? (int)$value
			: throw new RuntimeException( "'$value' is not a number from 1 on" );
	}

	/**
	 * @param list<string> $names
	 * @return list<string>
	 */
	private static function experiments( array $names ): array {
		$unknown = array_diff( $names, self::EXPERIMENTS );
		if ( $unknown ) {
			throw new RuntimeException(
				'--only takes ' . implode( ', ', self::EXPERIMENTS ) . ", not '" . reset( $unknown ) . "'"
			);
		}
		return $names;
	}
}
