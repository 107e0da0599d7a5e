--TEST--
A server process holds no connection between two requests, however the last one ended (G12)
--EXTENSIONS--
pdo
mysqlnd
pdo_mysql
posix
--FILE--
<?php
require __DIR__ . '/mariadb.inc';
$repo = new MariaRepo();
$repo->subscribe( 'enwiki', 'Q1' );
$repo->change( 'Q1' );

$folder = dirname( $repo->socket(), 3 );
file_put_contents( "$folder/request.php", '<?php
	ini_set( "display_errors", "0" );
	$dispatcher = new WikibaseDispatch\Dispatcher(
		[ "driver" => "mysql", "socket" => ' . var_export( $repo->socket(), true ) . ', "user" => "runner",
			"password" => "secret", "database" => "repo" ],
		new WikibaseDispatch\Settings( [ "repoSiteId" => "repowiki", "localClientDatabases" => [ "enwiki" => "enwiki" ] ] )
	);
	$job = $dispatcher->client( "enwiki" );
	echo getmypid(), " ", $job->next()["actions"][0]["action"];
	match ( $_GET["end"] ) {
		"return" => null,
		"exit" => exit(),
		"fatal" => undefined_function(),
	};' );
$address = stream_socket_get_name( $free = stream_socket_server( 'tcp://127.0.0.1:0' ), false );
fclose( $free );
$command = [ PHP_BINARY, '-n', '-d', 'extension=' . ini_get_module_path(), '-S', $address, "$folder/request.php" ];
$server = proc_open( $command, [ [ 'file', '/dev/null', 'r' ], [ 'file', '/dev/null', 'w' ], [ 'file', "$folder/server.log", 'w' ] ], $pipes );

/** The module that this very process has loaded. */
function ini_get_module_path(): string {
	preg_match( '~\S*/libwikibase_dispatch\.so|\S*/wikibase_dispatch\.so~', file_get_contents( '/proc/self/maps' ), $found );
	return $found[0];
}

within( 60, static fn () => (bool)@stream_socket_client( "tcp://$address" ) );
$workers = [];
foreach ( [ 'return', 'exit', 'fatal', 'return' ] as $end ) {
	$context = stream_context_create( [ 'http' => [ 'ignore_errors' => true ] ] );
	[ $workers[], $asked ] = explode( ' ', file_get_contents( "http://$address/?end=$end", false, $context ) );
	echo "$end in the middle of a job that asks for $asked: no session is left: ", within( 5, static fn () => $repo->sessions() === 0 ), "\n";
	// It rests, since its pass was given back.
	$repo->sql->exec( 'UPDATE wb_changes_dispatch SET chd_lock = NULL' );
}
echo 'requests were served by one process: ', count( array_unique( $workers ) ) === 1 && (int)$workers[0] > 0 ? 'yes' : 'no', "\n";
proc_terminate( $server, 9 );
proc_close( $server );
?>
--EXPECT--
return in the middle of a job that asks for notify: no session is left: yes
exit in the middle of a job that asks for notify: no session is left: yes
fatal in the middle of a job that asks for notify: no session is left: yes
return in the middle of a job that asks for notify: no session is left: yes
requests were served by one process: yes
