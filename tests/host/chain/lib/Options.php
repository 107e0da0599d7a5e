<?php
/**
 * The command line of run.php, steady.php and serve.php: FOLDER CHAIN, then options that all have a value.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

class Options {

	public readonly string $folder;
	public readonly string $kind;
	/** @var array<string,string> */
	private array $values = [];
	/** @var array<string,mixed> of the extension */
	public array $settings = [];

	/**
	 * @param list<string> $arguments
	 */
	public function __construct( array $arguments ) {
		[ , $this->folder, $this->kind ] = $arguments;
		foreach ( array_chunk( array_slice( $arguments, 3 ), 2 ) as [ $name, $value ] ) {
			if ( $name === '--setting' ) {
				[ $setting, $json ] = explode( '=', $value, 2 );
				$this->settings[$setting] = json_decode( $json, true, 9, JSON_THROW_ON_ERROR );
			} else {
				$this->values[substr( $name, 2 )] = $value;
			}
		}
	}

	public function get( string $name, string $default = '' ): string {
		return $this->values[$name] ?? $default;
	}

	/**
	 * The chain, with a folder of its own below the farm's; nothing of it runs yet.
	 *
	 * @param string $farm
	 * @param list<string> $wikis that run jobs
	 * @param list<string> $types of these jobs
	 */
	public function chain( string $farm, array $wikis, array $types ): Chain {
		$folder = "$farm/chain";
		mkdir( $folder );
		return match ( true ) {
			$this->kind === 'jobrunner' => new JobServiceChain( $farm, $folder, $this->values, $types ),
			isset( $this->values['eventgate'] ) => new EventBusChain( $farm, $folder, $this->values, $wikis, $types ),
			default => new SmallGateChain( $farm, $folder, $this->values, $wikis ),
		};
	}
}
