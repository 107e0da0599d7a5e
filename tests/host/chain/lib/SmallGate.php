<?php
/**
 * A gate for events, a queue, and a service that has jobs run, as far as EventBus can tell: takes what it is sent,
 * keeps it in order, and hands each job to the job endpoint as JavaScript would. Nothing is on disk.
 *
 * A job whose time has come is dropped if an equal one (by its sha1) was begun more than a second after it was made.
 * One that fails comes again three times.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

use CurlHandle;
use CurlMultiHandle;

class SmallGate {

	private const AT_ONCE = 4;
	private const SLACK = 1.0;
	private const RETRIES = 3;
	private const PATIENCE = 60;

	/** @var resource */
	private $listener;
	/** @var array<int,array{resource,string}> who speaks, and what was said so far */
	private array $callers = [];
	/** @var list<array{due:float,body:string,event:array,tries:int}> */
	private array $waiting = [];
	/** @var array<string,float> */
	private array $begun = [];
	private CurlMultiHandle $calls;
	/** @var array<int,array{CurlHandle,array}> */
	private array $running = [];
	/** @var resource */
	private $accepted;

	public function __construct( int $port, private readonly string $endpoint, string $accepted ) {
		$this->listener = stream_socket_server( "tcp://127.0.0.1:$port" );
		$this->accepted = fopen( $accepted, 'a' );
		$this->calls = curl_multi_init();
	}

	public function serve(): never {
		while ( true ) {
			$this->listen();
			$this->startReady();
			$this->finish();
		}
	}

	private function listen(): void {
		$read = [ $this->listener, ...array_column( $this->callers, 0 ) ];
		$write = $except = null;
		if ( !stream_select( $read, $write, $except, 0, 5_000 ) ) {
			return;
		}
		foreach ( $read as $stream ) {
			if ( $stream === $this->listener ) {
				$caller = stream_socket_accept( $this->listener );
				stream_set_blocking( $caller, false );
				$this->callers[(int)$caller] = [ $caller, '' ];
				continue;
			}
			$said = fread( $stream, 1 << 20 );
			if ( ( $said === '' || $said === false ) && feof( $stream ) ) {
				unset( $this->callers[(int)$stream] );
				fclose( $stream );
				continue;
			}
			$this->callers[(int)$stream][1] .= $said;
			$this->answer( $stream );
		}
	}

	/**
	 * @param resource $caller
	 */
	private function answer( $caller ): void {
		$said = &$this->callers[(int)$caller][1];
		$end = strpos( $said, "\r\n\r\n" );
		if ( $end === false ) {
			return;
		}
		$head = substr( $said, 0, $end );
		$length = preg_match( '/^content-length: *(\d+)/mi', $head, $match ) ? (int)$match[1] : 0;
		$body = substr( $said, $end + 4 );
		if ( strlen( $body ) < $length ) {
			if ( $body === '' && stripos( $head, 'expect: 100-continue' ) ) {
				fwrite( $caller, "HTTP/1.1 100 Continue\r\n\r\n" );
			}
			return;
		}
		$said = substr( $body, $length );
		foreach ( json_decode( substr( $body, 0, $length ) ) as $event ) {
			$this->accept( JavaScript::overJson( json_encode( $event ) ) );
		}
		fwrite( $caller, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n" );
	}

	private function accept( string $body ): void {
		$event = json_decode( $body, true );
		fwrite( $this->accepted, sprintf( "{\"at\":%.4f,\"event\":%s}\n", microtime( true ), $body ) );
		$due = isset( $event['delay_until'] ) ? (float)strtotime( $event['delay_until'] ) : 0.0;
		$this->waiting[] = [ 'due' => $due, 'body' => $body, 'event' => $event, 'tries' => 0 ];
	}

	private function startReady(): void {
		$now = microtime( true );
		foreach ( $this->waiting as $i => $job ) {
			if ( count( $this->running ) >= self::AT_ONCE ) {
				break;
			}
			if ( $job['due'] <= $now ) {
				unset( $this->waiting[$i] );
				if ( !$this->isDuplicate( $job, $now ) ) {
					$this->start( $job );
				}
			}
		}
	}

	private function isDuplicate( array $job, float $now ): bool {
		$event = $job['event'];
		if ( !isset( $event['sha1'] ) || $job['tries'] > 0 ) {
			return false;
		}
		$name = "{$event['database']} {$event['sha1']}";
		if ( ( $this->begun[$name] ?? 0.0 ) - self::SLACK > strtotime( $event['meta']['dt'] ) ) {
			return true;
		}
		$this->begun[$name] = $now;
		return false;
	}

	private function start( array $job ): void {
		$call = curl_init( $this->endpoint );
		curl_setopt_array( $call, [
			CURLOPT_POSTFIELDS => $job['body'], CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => self::PATIENCE,
			CURLOPT_HTTPHEADER => [ "Host: {$job['event']['meta']['domain']}", 'Content-Type: application/json' ],
		] );
		curl_multi_add_handle( $this->calls, $call );
		$this->running[spl_object_id( $call )] = [ $call, $job ];
	}

	private function finish(): void {
		curl_multi_exec( $this->calls, $active );
		while ( $info = curl_multi_info_read( $this->calls ) ) {
			[ $call, $job ] = $this->running[spl_object_id( $info['handle'] )];
			unset( $this->running[spl_object_id( $call )] );
			curl_multi_remove_handle( $this->calls, $call );
			if ( curl_getinfo( $call, CURLINFO_RESPONSE_CODE ) !== 200 && $job['tries'] < self::RETRIES ) {
				$job['due'] = microtime( true ) + 2 ** $job['tries']++;
				$this->waiting[] = $job;
			}
		}
	}
}
