<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use RuntimeException;

/**
 * A wiki of the farm behind PHP's own web server, for real requests over the loopback.
 */
final class WebServer {

	private const PATIENCE = 30.0;

	/** @var resource */
	private $process;
	private readonly string $address;

	/**
	 * @param Farm $farm
	 * @param string $wiki
	 * @param bool $hasModule whether its PHP has the compiled module
	 */
	public function __construct( Farm $farm, string $wiki, bool $hasModule = true ) {
		$listener = stream_socket_server( 'tcp://127.0.0.1:0' );
		$this->address = stream_socket_get_name( $listener, false );
		fclose( $listener );
		$this->process = proc_open(
			[ $hasModule ? "{$farm->folder}/php" : PHP_BINARY, '-S', $this->address, '-t', $farm->mediaWiki ],
			[ [ 'file', '/dev/null', 'r' ], [ 'file', '/dev/null', 'w' ], [ 'redirect', 1 ] ],
			$pipes,
			null,
			[
				'MW_CONFIG_FILE' => "{$farm->folder}/LocalSettings.php",
				'FARM_WIKI' => $wiki,
				'FARM_LOG' => $farm->logFile(),
				'FARM_SKINS' => 'Vector,MinervaNeue',
			] + getenv()
		);
		$end = microtime( true ) + self::PATIENCE;
		while ( !$this->answers() ) {
			if ( microtime( true ) > $end || !proc_get_status( $this->process )['running'] ) {
				$this->stop();
				throw new RuntimeException( "the web server at {$this->address} does not start" );
			}
			usleep( 20_000 );
		}
	}

	/**
	 * What the wiki's API answers.
	 *
	 * @param array<string,string> $parameters
	 * @param array<string,string> $posted none: the request is a GET
	 */
	public function api( array $parameters, array $posted = [] ): array {
		$path = '/api.php?' . http_build_query( $parameters + [ 'format' => 'json' ] );
		$headers = null;
		return json_decode( $this->get( $path, $headers, $posted ), true, 64, JSON_THROW_ON_ERROR );
	}

	/**
	 * What is at a path, whatever the status of the answer.
	 *
	 * @param string $path
	 * @param list<string>|null &$headers the first is the status line
	 * @param array<string,string> $posted none: the request is a GET
	 */
	public function get( string $path, ?array &$headers = null, array $posted = [] ): string {
		$options = [ 'ignore_errors' => true, 'timeout' => self::PATIENCE ];
		if ( $posted !== [] ) {
			$options += [
				'method' => 'POST',
				'header' => 'Content-Type: application/x-www-form-urlencoded',
				'content' => http_build_query( $posted ),
			];
		}
		$context = stream_context_create( [ 'http' => $options ] );
		$body = file_get_contents( "http://{$this->address}$path", false, $context );
		$headers = $http_response_header ?? [];
		return (string)$body;
	}

	/** Where a page of the wiki is, by its name. */
	public function url( string $page, array $parameters = [] ): string {
		return "http://{$this->address}" . self::pathOf( $page, $parameters );
	}

	/** What the wiki answers to the request for a page. */
	public function page( string $page, array $parameters = [] ): string {
		return $this->get( self::pathOf( $page, $parameters ) );
	}

	public function stop(): void {
		proc_terminate( $this->process );
		proc_close( $this->process );
	}

	private static function pathOf( string $page, array $parameters ): string {
		return '/index.php?' . http_build_query( [ 'title' => $page ] + $parameters );
	}

	private function answers(): bool {
		// phpcs:ignore Generic.PHP.NoSilencedErrors.Discouraged -- It refuses until it is up.
		$connection = @stream_socket_client( "tcp://{$this->address}", $code, $message, 1.0 );
		return $connection && fclose( $connection );
	}
}
