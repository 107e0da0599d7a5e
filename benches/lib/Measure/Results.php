<?php
/**
 * All that one call of bin/bench has measured, with what is needed to judge it: machine, versions, command, date. Kept
 * as a JSON file.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use RuntimeException;

class Results {

	/** @var list<Measurement> */
	private array $measurements = [];

	/**
	 * @param array<string,string> $origin see {@see Machine::describe()}
	 */
	public function __construct( private array $origin ) {
	}

	/**
	 * @return array<string,string>
	 */
	public function origin(): array {
		return $this->origin;
	}

	/** Says more of where this was measured. */
	public function note( string $name, string $value ): void {
		$this->origin[$name] = $value;
	}

	public function add( Measurement $measurement ): void {
		$this->measurements[] = $measurement;
	}

	/**
	 * @param string $experiment
	 * @param array<string,string|int> $setting those that agree with it
	 * @return list<Measurement>
	 */
	public function of( string $experiment, array $setting = [] ): array {
		return array_values( array_filter(
			$this->measurements,
			static fn ( $it ) => $it->experiment === $experiment
				&& array_intersect_key( $it->setting, $setting ) == $setting
		) );
	}

	/** The first that agrees; null if there is none. */
	public function one( string $experiment, string $subject, array $setting = [] ): ?Measurement {
		foreach ( $this->of( $experiment, $setting ) as $measurement ) {
			if ( $measurement->subject === $subject ) {
				return $measurement;
			}
		}
		return null;
	}

	public function write( string $file ): void {
		$json = json_encode( [ 'origin' => $this->origin, 'measurements' => $this->measurements ],
			JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR );
		if ( file_put_contents( $file, "$json\n" ) === false ) {
			throw new RuntimeException( "cannot write $file" );
		}
	}

	/**
	 * Several files make one, which comes from the first, by the commands of all.
	 */
	public static function read( string ...$files ): self {
		$results = null;
		foreach ( $files as $file ) {
			$json = is_file( $file ) ? json_decode( (string)file_get_contents( $file ), true ) : null;
			if ( !isset( $json['origin'], $json['measurements'] ) ) {
				throw new RuntimeException( "$file is not what bin/bench --json has written" );
			}
			if ( $results === null ) {
				$results = new self( $json['origin'] );
			} else {
				$results->note( 'command', "{$results->origin['command']}; {$json['origin']['command']}" );
			}
			array_map( $results->add( ... ), array_map( Measurement::fromArray( ... ), $json['measurements'] ) );
		}
		return $results ?? throw new RuntimeException( 'no file with results' );
	}
}
