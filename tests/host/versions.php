<?php
/**
 * What tests/host/versions runs when both modules are there.
 *
 * Usage: php versions.php OLD_TREE OLD_MODULE NEW_TREE NEW_MODULE
 *        php versions.php send FORMATS      in a process with the repo's module, TREE/tests/module/phpt being the folder
 *        php versions.php receive           in one with the client's
 */

declare( strict_types = 1 );

use WikibaseDispatch\Notification;
use WikibaseDispatchTests\Data;

/** Real changes that are told. */
const CHANGES = 3000;
/** What an extension says about itself. */
const OLD_FORMATS = 'native,entity-change,change-ids,receipts';
const NEW_FORMATS = 'native,entity-change,change-ids,native-2,receipts';

match ( $argv[1] ?? '' ) {
	'send' => send( $argv[2] ),
	'receive' => receive(),
	default => compare( ...array_slice( $argv, 1 ) ),
};

function compare( string $oldTree, string $oldModule, string $newTree, string $newModule ): void {
	$expected = null;
	$bytes = [];
	$failed = false;
	foreach ( [
		'old repo, old client' => [ $oldTree, $oldModule, OLD_FORMATS, $oldModule, 1 ],
		'old repo, new client' => [ $oldTree, $oldModule, NEW_FORMATS, $newModule, 1 ],
		'new repo, old client' => [ $newTree, $newModule, OLD_FORMATS, $oldModule, 1 ],
		'new repo, new client' => [ $newTree, $newModule, NEW_FORMATS, $newModule, 2 ],
	] as $case => [ $tree, $repo, $formats, $client, $version ] ) {
		$sent = process( $repo, '', $tree, 'send', $formats );
		$received = process( $client, $sent, $tree, 'receive' );
		$expected ??= $received;
		$jobs = array_map( 'json_decode', explode( "\n", trim( $sent ) ) );
		$versions = array_unique( array_map( static fn ( string $changes ) => json_decode( $changes )->v, $jobs ) );
		$isAsExpected = $received === $expected && $versions === [ $version ];
		$failed = $failed || !$isAsExpected;
		printf(
			"%s: %d notifications of version %s, %d bytes: %s\n", $case, count( $jobs ), implode( ', ', $versions ),
			strlen( implode( '', $jobs ) ), $isAsExpected ? 'everything is delivered' : 'NOT AS EXPECTED'
		);
	}
	exit( $failed ? 1 : 0 );
}

function process( string $module, string $input, string $tree, string ...$arguments ): string {
	$extensions = array_merge( ...array_map( static fn ( string $name ) => [ '-d', "extension=$name" ], array_filter(
		[ 'pdo', 'pdo_sqlite' ], static fn ( string $name ) => is_file( ini_get( 'extension_dir' ) . "/$name.so" )
	) ) );
	$process = proc_open(
		[ PHP_BINARY, '-n', ...$extensions, '-d', "extension=$module", __FILE__, ...$arguments ],
		[ [ 'file', inputFile( $input ), 'r' ], [ 'pipe', 'w' ] ], $pipes, "$tree/tests/module/phpt"
	);
	$output = stream_get_contents( $pipes[1] );
	if ( proc_close( $process ) !== 0 ) {
		throw new RuntimeException( "{$arguments[0]} failed: $output" );
	}
	return $output;
}

function inputFile( string $input ): string {
	$file = tempnam( sys_get_temp_dir(), 'wbd' );
	file_put_contents( $file, $input );
	register_shutdown_function( 'unlink', $file );
	return $file;
}

/** Prints the `changes` parameters that a client gets, one a line, as JSON. */
function send( string $formats ): void {
	require getcwd() . '/repo.inc';
	require __DIR__ . '/../support/lib/autoload.php';
	$repo = new Repo();
	$repo->sql->prepare( 'UPDATE wb_changes_client SET cc_formats = ?' )->execute( [ $formats ] );
	$repo->sql->prepare( "INSERT INTO wb_changes_receipt ( crc_site, crc_receipts, crc_time ) VALUES ( 'enwiki', 'wd1h', ? )" )
		->execute( [ gmdate( 'YmdHis' ) ] );
	$insert = $repo->sql->prepare( 'INSERT INTO wb_changes VALUES ( ?, ?, ?, ?, ?, ?, ? )' );
	$subscribe = $repo->sql->prepare( "INSERT OR IGNORE INTO wb_changes_subscription VALUES ( NULL, ?, 'enwiki' )" );
	$count = 0;
	$repo->sql->beginTransaction();
	foreach ( ( new Data( Data::DEFAULT_FOLDER ) )->rows( 'wb_changes' ) as $row ) {
		if ( $count++ === CHANGES ) {
			break;
		}
		$insert->execute( array_values( $row ) );
		$subscribe->execute( [ $row['change_object_id'] ] );
	}
	$repo->sql->commit();
	$dispatcher = $repo->dispatcher( [ 'dispatchStrategy' => 'jobs' ] );
	run( $dispatcher->trigger() );
	do {
		$steps = new Steps( $dispatcher->client( 'enwiki' ) );
		$steps->end();
		$pushed = array_merge( [], ...array_values( $steps->notified ) );
		foreach ( $pushed as $job ) {
			echo json_encode( $job['params']['changes'] ), "\n";
		}
	} while ( $pushed !== [] );
}

/** Prints what was received, one change a line. */
function receive(): void {
	foreach ( file( 'php://stdin', FILE_IGNORE_NEW_LINES ) as $line ) {
		foreach ( Notification::decode( json_decode( $line ) )->changes() as $change ) {
			echo json_encode( $change, JSON_PARTIAL_OUTPUT_ON_ERROR ), "\n";
		}
	}
}
