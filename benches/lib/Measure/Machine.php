<?php
/**
 * Where and how something was measured.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use RuntimeException;
use WikibaseDispatchBench\Options;
use WikibaseDispatchTests\Shell;

final class Machine {

	/**
	 * @return array<string,string>
	 */
	public static function describe( Options $options ): array {
		preg_match( '/^model name\s*:\s*(.+)$/m', (string)file_get_contents( '/proc/cpuinfo' ), $processor );
		preg_match( '/^PRETTY_NAME="(.+)"$/m', (string)file_get_contents( '/etc/os-release' ), $system );
		preg_match( '/^MemTotal:\s+(\d+) kB$/m', (string)file_get_contents( '/proc/meminfo' ), $memory );
		preg_match( "/define\( *'MW_VERSION', *'([^']+)'/",
			(string)file_get_contents( "{$options->mediawiki}/includes/Defines.php" ), $version );
		return [
			'date' => gmdate( 'Y-m-d' ),
			'command' => $options->command,
			'commit' => self::commit(),
			'machine' => sprintf( '%d cores (%s), %d GB, %s', (int)Shell::run( 'nproc' ),
				trim( $processor[1] ?? 'unknown' ), round( (int)$memory[1] / 1024 / 1024 ), $system[1] ),
			'load' => sprintf( '%.1f', sys_getloadavg()[0] ),
			'php' => PHP_VERSION,
			'mediawiki' => $version[1],
		];
	}

	/** Empty in a copy without its history. */
	private static function commit(): string {
		try {
			return Shell::run( 'git', '-C', __DIR__, 'describe', '--always', '--dirty' );
		} catch ( RuntimeException ) {
			return '';
		}
	}
}
