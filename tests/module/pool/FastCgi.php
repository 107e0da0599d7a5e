<?php

declare( strict_types = 1 );

namespace WikibaseDispatchHost;

use RuntimeException;

/**
 * One request to a pool, as a web server makes it. It is sent at once; the answer can be waited for later, so that
 * several are under way at the same time.
 */
final class FastCgi {

	private const BEGIN = 1;
	private const END = 3;
	private const PARAMS = 4;
	private const STDIN = 5;
	private const STDOUT = 6;

	/** @var resource */
	private $connection;

	/**
	 * @param string $socket
	 * @param string $script
	 * @param array<string,string> $query
	 */
	public function __construct( string $socket, string $script, array $query ) {
		$connection = stream_socket_client( "unix://$socket", $code, $message, 10 );
		if ( !$connection ) {
			throw new RuntimeException( "the pool does not accept a connection: $message" );
		}
		$this->connection = $connection;
		$parameters = [
			'SCRIPT_FILENAME' => $script, 'REQUEST_METHOD' => 'GET', 'QUERY_STRING' => http_build_query( $query ),
		];
		$encoded = '';
		foreach ( $parameters as $name => $value ) {
			$encoded .= pack( 'NN', strlen( $name ) | 0x80000000, strlen( $value ) | 0x80000000 ) . $name . $value;
		}
		fwrite( $this->connection, self::record( self::BEGIN, pack( 'nCx5', 1, 0 ) )
			. self::record( self::PARAMS, $encoded ) . self::record( self::PARAMS, '' )
			. self::record( self::STDIN, '' ) );
	}

	/** The page; null if the worker ended without answering. */
	public function answer( int $seconds = 20 ): ?string {
		stream_set_timeout( $this->connection, $seconds );
		$output = '';
		while ( true ) {
			$header = $this->read( 8 );
			if ( $header === null ) {
				return null;
			}
			[ 'type' => $type, 'length' => $length, 'padding' => $padding ] =
				unpack( 'Cversion/Ctype/nid/nlength/Cpadding', $header );
			$content = $this->read( $length + $padding );
			if ( $type === self::STDOUT ) {
				$output .= substr( (string)$content, 0, $length );
			} elseif ( $type === self::END ) {
				return explode( "\r\n\r\n", $output, 2 )[1] ?? '';
			}
		}
	}

	private function read( int $length ): ?string {
		$bytes = '';
		while ( strlen( $bytes ) < $length ) {
			$part = fread( $this->connection, $length - strlen( $bytes ) );
			if ( $part === '' || $part === false ) {
				if ( stream_get_meta_data( $this->connection )['timed_out'] ) {
					throw new RuntimeException( 'the pool does not answer' );
				}
				return null;
			}
			$bytes .= $part;
		}
		return $bytes;
	}

	private static function record( int $type, string $content ): string {
		return pack( 'CCnnCx', 1, $type, 1, strlen( $content ), 0 ) . $content;
	}
}
