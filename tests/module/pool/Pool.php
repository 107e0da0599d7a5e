<?php

declare( strict_types = 1 );

namespace WikibaseDispatchHost;

use RuntimeException;

/**
 * A PHP-FPM pool of the test's own: its configuration, its socket and its log in a temporary folder.
 */
final class Pool {

	/** Seconds that anything may take. */
	private const PATIENCE = 20;

	private readonly string $folder;
	private readonly int $master;
	/** @var resource */
	private $process;

	/**
	 * @param string $module
	 * @param array<string,string|int> $settings of the pool
	 */
	public function __construct( string $module, array $settings = [] ) {
		$this->folder = sys_get_temp_dir() . '/wikibase-dispatch-fpm-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->folder, 0755 );
		$settings += [
			'listen' => "{$this->folder}/socket",
			'pm' => 'static',
			'pm.max_children' => 1,
			'catch_workers_output' => 'yes',
			'clear_env' => 'no',
		];
		if ( posix_geteuid() === 0 ) {
			$settings += [ 'user' => 'root', 'group' => 'root' ];
		}
		$configuration = "[global]\nerror_log = {$this->log()}\nprocess_control_timeout = 10\n[pool]\n";
		foreach ( $settings as $name => $value ) {
			$configuration .= "$name = $value\n";
		}
		file_put_contents( "{$this->folder}/fpm.conf", $configuration );
		$output = [ 'file', "{$this->folder}/output", 'w' ];
		$command = [
			getenv( 'PHP_FPM' ), '-n', '-d', "extension=$module", '-d', 'display_errors=0',
			'-y', "{$this->folder}/fpm.conf", '-F',
		];
		if ( posix_geteuid() === 0 ) {
			$command[] = '-R';
		}
		$this->process = proc_open( $command, [ [ 'file', '/dev/null', 'r' ], $output, $output ], $pipes );
		$this->master = proc_get_status( $this->process )['pid'];
		register_shutdown_function( $this->stop( ... ) );
		$this->await( 'the pool starts', fn () => str_contains( $this->logged(), 'ready to handle connections' ) );
	}

	public function request( string $page, array $query = [] ): FastCgi {
		return new FastCgi( "{$this->folder}/socket", __DIR__ . "/pages/$page.php", $query );
	}

	public function get( string $page, array $query = [] ): ?string {
		return $this->request( $page, $query )->answer();
	}

	/** Has the pool load everything anew, the module included. */
	public function reload(): void {
		$times = substr_count( $this->logged(), 'ready to handle connections' );
		posix_kill( $this->master, SIGUSR2 );
		$this->await( 'the pool has loaded itself anew',
			fn () => substr_count( $this->logged(), 'ready to handle connections' ) > $times );
	}

	/** Sends a signal to the pool's master, and waits until it has ended. */
	public function end( int $signal ): void {
		posix_kill( $this->master, $signal );
		$this->await( 'the pool ends', fn () => !proc_get_status( $this->process )['running'] );
	}

	public function stop(): void {
		if ( is_resource( $this->process ) ) {
			proc_terminate( $this->process, SIGTERM );
			proc_close( $this->process );
			exec( 'rm -rf ' . escapeshellarg( $this->folder ) );
		}
	}

	public function logged(): string {
		return is_file( $this->log() ) ? file_get_contents( $this->log() ) : '';
	}

	/** A path for pages to tell something by. */
	public function file( string $name ): string {
		return "{$this->folder}/$name";
	}

	public function await( string $what, callable $isSo ): void {
		$end = microtime( true ) + self::PATIENCE;
		while ( !$isSo() ) {
			if ( microtime( true ) > $end ) {
				throw new RuntimeException( "in vain: $what\n" . $this->logged()
					. file_get_contents( "{$this->folder}/output" ) );
			}
			usleep( 5_000 );
		}
	}

	private function log(): string {
		return "{$this->folder}/log";
	}
}
