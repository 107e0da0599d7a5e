<?php
/**
 * The web API of a wiki, over HTTP, as a visitor.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchSwitching;

use RuntimeException;

class Api {

	private const PATIENCE = 60.0;

	public function __construct( private readonly string $address ) {
	}

	/**
	 * @param array<string,mixed> $params arrays are sent as JSON
	 * @return array<string,mixed> the answer, which may be an error
	 */
	public function post( array $params ): array {
		$params += [ 'format' => 'json', 'formatversion' => '2', 'token' => '+\\' ];
		$answer = file_get_contents( "http://{$this->address}/api.php", false, stream_context_create( [ 'http' => [
			'ignore_errors' => true,
			'timeout' => self::PATIENCE,
			'method' => 'POST',
			'header' => 'Content-Type: application/x-www-form-urlencoded',
			'content' => http_build_query( array_map(
				static fn ( mixed $value ) => is_array( $value ) ? json_encode( $value ) : $value,
				$params
			) ),
		] ] ) );
		$decoded = json_decode( (string)$answer, true );
		if ( !is_array( $decoded ) ) {
			throw new RuntimeException( "{$params['action']}: no JSON but " . substr( (string)$answer, 0, 2000 ) );
		}
		return $decoded;
	}

	/**
	 * @param array<string,mixed> $params
	 * @return array<string,mixed>
	 */
	public function require( array $params ): array {
		$answer = $this->post( $params );
		if ( isset( $answer['error'] ) ) {
			throw new RuntimeException( "{$params['action']}: " . json_encode( $answer['error'] ) );
		}
		return $answer;
	}
}
