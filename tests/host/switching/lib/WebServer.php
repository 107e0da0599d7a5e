<?php
/**
 * A wiki behind PHP's own web server, on the loopback. Each request reads the configuration anew.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

use RuntimeException;
use WikibaseDispatchTests\Process;

class WebServer {

	private const PATIENCE = 60.0;

	public readonly string $address;
	private readonly Process $process;

	/**
	 * @param string $folder of the host
	 * @param string $mediaWiki
	 * @param string $wiki
	 */
	public function __construct( string $folder, string $mediaWiki, string $wiki ) {
		$listener = stream_socket_server( 'tcp://127.0.0.1:0' );
		$this->address = stream_socket_get_name( $listener, false );
		fclose( $listener );
		$this->process = new Process( [
			'/usr/bin/env', "MW_CONFIG_FILE=$folder/LocalSettings.php", "FARM_WIKI=$wiki",
			"$folder/php", '-d', 'opcache.enable_cli=1', '-S', $this->address, '-t', $mediaWiki,
		], "$folder/log/$wiki.web-server.log" );
		$end = microtime( true ) + self::PATIENCE;
		while ( !$this->answers() ) {
			if ( microtime( true ) > $end || !$this->process->isRunning() ) {
				$this->stop();
				throw new RuntimeException( "the web server does not start; see {$this->process->log}" );
			}
			usleep( 20_000 );
		}
	}

	public function stop(): void {
		$this->process->kill();
	}

	private function answers(): bool {
		// phpcs:ignore Generic.PHP.NoSilencedErrors.Discouraged -- It refuses until it is up.
		$connection = @stream_socket_client( "tcp://{$this->address}", $code, $message, 1.0 );
		return $connection && fclose( $connection );
	}
}
