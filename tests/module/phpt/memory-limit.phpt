--TEST--
Native memory follows memory_limit, however large rows are, and settings that would pass it are refused (G12)
--EXTENSIONS--
pdo
pdo_sqlite
--INI--
memory_limit=128M
--FILE--
<?php
require __DIR__ . '/repo.inc';

const MEMORY_LIMIT = 128 * 1024 * 1024;
const CLIENTS = [ 'enwiki', 'dewiki', 'frwiki' ];

/** Megabytes, of this process. */
function resident( string $what ): int {
	preg_match( "/^$what:\s+(\d+) kB/m", file_get_contents( '/proc/self/status' ), $match );
	return intdiv( (int)$match[1], 1024 );
}

$repo = new Repo();
$settings = [ 'localClientDatabases' => CLIENTS, 'memoryLimit' => MEMORY_LIMIT, 'gapGrace' => 0 ];
foreach ( CLIENTS as $client ) {
	$repo->subscribe( $client, 'Q1' );
}
// As many bytes as fit the column, and as are read.
foreach ( [ 12 => 16_777_215, 60 => 2_000_000 ] as $count => $bytes ) {
	$info = '{"metadata":{"comment":"' . str_repeat( 'x', $bytes - 26 ) . '"}}';
	for ( $row = 0; $row < $count; $row++ ) {
		$repo->change( 'Q1', $info );
	}
}
unset( $info );
$dispatcher = $repo->dispatcher( $settings );
$before = resident( 'VmRSS' );
file_put_contents( '/proc/self/clear_refs', '5' );
$changes = $bad = 0;
do {
	$steps = new Steps( $dispatcher->trigger() );
	while ( ( $asked = $steps->until( 'notify' ) ) !== null ) {
		// They would be kept, for tests that look at them in the end.
		$steps->notified = [];
		foreach ( $asked['jobs'] as $job ) {
			$bytes = strlen( $job['params']['changes'] );
			if ( $bytes > 13_000_000 ) {
				echo "no job holds $bytes bytes\n";
			}
		}
	}
	foreach ( $steps->end()->events as $event ) {
		$changes += $event['event'] === 'pass-finished' ? $event['changes'] : 0;
		$bad += $event['event'] === 'bad-changes' && $event['client'] !== null ? count( $event['badChanges'] ) : 0;
	}
} while ( $steps->told( 'pass-finished' ) !== null );
echo "$changes changes, $bad of them cannot be read\n";
$peak = resident( 'VmHWM' ) - $before;
echo $peak < 128 ? "memory: within the limit\n" : "memory: $peak MB\n";
failure( fn () => $repo->dispatcher( [ 'windowMaxBytes' => 64 << 20 ] + $settings ) );
?>
--EXPECT--
216 changes, 36 of them cannot be read
memory: within the limit
WikibaseDispatch\InvalidSettingException 1001 final: windowMaxBytes = 67108864 and batchMaxBytes = 4194304 may take 144 MiB of native memory, beside what PHP's memory_limit of 128 MiB bounds; lower them, leave them out, or raise memory_limit
