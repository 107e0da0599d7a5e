<?php
/**
 * Router of PHP's own web server: the job endpoint of all wikis of a farm, told apart by the host that is asked for.
 * Writes down each job with its time and processor time, a line of JSON each, and does what a fault asks for.
 *
 * In the environment: MW_INSTALL_PATH and MW_CONFIG_FILE; ENDPOINT_LOG; ENDPOINT_FAULT, a file which may hold
 * `{"type":…,"do":"refuse" or "answer too late","times":…}`.
 */

declare( strict_types = 1 );

if ( $_SERVER['REQUEST_URI'] === '/ping' ) {
	echo 'pong';
	return;
}
putenv( 'FARM_WIKI=' . strtok( $_SERVER['HTTP_HOST'], '.' ) );
$farmEvent = json_decode( (string)file_get_contents( 'php://input' ), true );

( static function ( ?array $event ): void {
	$type = $event['type'] ?? '';
	$do = null;
	$fault = fopen( getenv( 'ENDPOINT_FAULT' ), 'c+' );
	flock( $fault, LOCK_EX );
	$asked = json_decode( (string)stream_get_contents( $fault ), true );
	if ( $asked && $asked['times'] > 0 && $asked['type'] === $type ) {
		$do = $asked['do'];
		$asked['times']--;
		ftruncate( $fault, 0 );
		rewind( $fault );
		fwrite( $fault, json_encode( $asked ) );
	}
	fclose( $fault );
	$cpu = static function (): float {
		$usage = getrusage();
		return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
			+ ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e6;
	};
	$began = microtime( true );
	$cpuBefore = $cpu();
	if ( $do === 'answer too late' ) {
		// The job is done when there is something to answer.
		ob_start( static function (): string {
			header_remove( 'Content-Length' );
			// Not http_response_code(): MediaWiki has written the whole line.
			header( 'HTTP/1.1 504 Gateway Timeout', true, 504 );
			return '{"message":"too late"}';
		} );
	}
	register_shutdown_function( static function () use ( $event, $type, $do, $began, $cpu, $cpuBefore ): void {
		file_put_contents( getenv( 'ENDPOINT_LOG' ), json_encode( [
			'began' => $began,
			'at' => microtime( true ),
			'cpu' => $cpu() - $cpuBefore,
			'status' => http_response_code(),
			'fault' => $do,
			'id' => $event['meta']['id'] ?? null,
			'wiki' => $event['database'] ?? null,
			'type' => $type,
		] ) . "\n", FILE_APPEND | LOCK_EX );
	} );
	if ( $do === 'refuse' ) {
		http_response_code( 500 );
		exit;
	}
} )( $farmEvent );
unset( $farmEvent );

$_SERVER['SCRIPT_NAME'] = '/rest.php';
$_SERVER['SCRIPT_FILENAME'] = getenv( 'MW_INSTALL_PATH' ) . '/rest.php';
chdir( getenv( 'MW_INSTALL_PATH' ) );
require getenv( 'MW_INSTALL_PATH' ) . '/rest.php';
