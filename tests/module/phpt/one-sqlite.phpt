--TEST--
PHP's SQLite and ours are one library, so closing our connection leaves the locks of PHP's alone
--DESCRIPTION--
POSIX locks belong to the process and vanish when any descriptor of the file is closed. Two copies of SQLite in one process would
not know of each other, and the end of a Dispatcher would let other processes write into PHP's open transaction.
--EXTENSIONS--
pdo
pdo_sqlite
--FILE--
<?php
require __DIR__ . '/repo.inc';
$repo = new Repo();
$dispatcher = $repo->dispatcher();
$dispatcher->horizon();

$repo->sql->exec( 'BEGIN IMMEDIATE' );
$repo->change( 'Q1' );
unset( $dispatcher );
$other = $repo->dispatcher();
echo 'uncommitted changes are not seen: horizon ', $other->horizon(), "\n";
unset( $other );

// Another process must still find the database locked.
$script = '$sql = new PDO( "sqlite:" . $argv[1] ); $sql->setAttribute( PDO::ATTR_TIMEOUT, 0 );
	try { $sql->exec( "BEGIN IMMEDIATE" ); echo "NOT LOCKED\n"; } catch ( PDOException $e ) { echo $e->errorInfo[2], "\n"; }';
// The extensions of this very process, by the same means.
$extensions = [];
exec( PHP_BINARY . ' -n -m', $builtIn );
foreach ( array_diff( [ 'pdo', 'pdo_sqlite' ], array_map( 'strtolower', $builtIn ) ) as $extension ) {
	$extensions[] = '-d extension=' . $extension;
}
passthru( escapeshellarg( PHP_BINARY ) . ' -n ' . implode( ' ', $extensions ) . ' -r ' . escapeshellarg( $script )
	. ' -- ' . escapeshellarg( $repo->path ) );
$repo->sql->exec( 'COMMIT' );
echo 'after the commit: horizon ', $repo->dispatcher()->horizon(), "\n";
?>
--EXPECT--
uncommitted changes are not seen: horizon 0
database is locked
after the commit: horizon 1
