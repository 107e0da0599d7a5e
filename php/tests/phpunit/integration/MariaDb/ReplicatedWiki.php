<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use PDO;
use RuntimeException;
use Wikimedia\Rdbms\LBFactorySimple;

/**
 * A wiki's tables on two MariaDB servers of a test's own (or MySQL, see tests/support/sql-server), a primary and a
 * replica of it, and MediaWiki's view of both.
 */
final class ReplicatedWiki {

	/** That of the wiki as which tests run: MediaWiki's services write to no other. */
	public const DATABASE = Farm::REPO;
	private const USER = 'wiki';
	private const PASSWORD = 'correct-horse';
	private const PATIENCE = 30;

	public readonly PDO $primary;
	public readonly PDO $replica;
	private readonly string $folder;
	private readonly bool $isMySql;

	/**
	 * @param list<string> $tables SQL that creates the tables
	 */
	public function __construct( array $tables ) {
		$this->folder = sys_get_temp_dir() . '/wikibase-dispatch-' . bin2hex( random_bytes( 6 ) );
		$port = $this->start( 'primary', 1 );
		$this->start( 'replica', 2 );
		$this->primary = $this->connect( 'primary' );
		$this->replica = $this->connect( 'replica' );
		$folder = (string)getenv( 'TEST_SQL_SERVER' );
		$this->isMySql = $folder !== '' && trim( (string)file_get_contents( "$folder/name" ) ) === 'MySQL';
		$this->replica->exec( strtr(
			$this->isMySql
				? 'CHANGE REPLICATION SOURCE TO SOURCE_HOST = {host}, SOURCE_PORT = {port}, SOURCE_USER = {user},' .
					' SOURCE_PASSWORD = {password}, SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1,' .
					' SOURCE_CONNECT_RETRY = 1'
				: 'CHANGE MASTER TO MASTER_HOST = {host}, MASTER_PORT = {port}, MASTER_USER = {user},' .
					' MASTER_PASSWORD = {password}, MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1',
			[
				'{host}' => "'127.0.0.1'",
				'{port}' => (string)$port,
				'{user}' => "'" . self::USER . "'",
				'{password}' => "'" . self::PASSWORD . "'",
			]
		) );
		$this->follow( 'START' );
		foreach ( [ 'localhost', '127.0.0.1' ] as $host ) {
			$user = self::USER . "@$host";
			$this->primary->exec( "CREATE USER $user IDENTIFIED BY '" . self::PASSWORD . "'" );
			$this->primary->exec( "GRANT ALL PRIVILEGES ON *.* TO $user" );
		}
		$this->primary->exec( 'CREATE DATABASE ' . self::DATABASE . ' CHARACTER SET binary' );
		$this->primary->exec( 'USE ' . self::DATABASE );
		foreach ( $tables as $table ) {
			$this->primary->exec( $table );
		}
		$this->waitForReplica();
		$this->replica->exec( 'USE ' . self::DATABASE );
	}

	/**
	 * What MediaWiki is configured with.
	 *
	 * @param array<string,mixed> $ofPrimary what differs from the ordinary for the primary
	 * @param array<string,mixed> $ofReplica likewise
	 */
	public function loadBalancers( array $ofPrimary = [], array $ofReplica = [] ): LBFactorySimple {
		$server = fn ( string $name ) => [
			'type' => 'mysql',
			'host' => "localhost:{$this->socket( $name )}",
			'dbname' => self::DATABASE,
			'user' => self::USER,
			'password' => self::PASSWORD,
			'load' => 1,
		];
		return new LBFactorySimple( [
			'localDomain' => self::DATABASE,
			'servers' => [ $ofPrimary + $server( 'primary' ), $ofReplica + $server( 'replica' ) ],
		] );
	}

	/**
	 * What comes for this table, and what comes after that, the replica does not apply for now.
	 *
	 * @return Closure():mixed ends that
	 */
	public function holdBack( string $table ): Closure {
		$holder = $this->connect( 'replica' );
		$holder->exec( 'FLUSH TABLES ' . self::DATABASE . ".$table WITH READ LOCK" );
		return static fn () => $holder->exec( 'UNLOCK TABLES' );
	}

	/** From now on both servers write down every statement; what they wrote before is gone. */
	public function listen(): void {
		foreach ( [ $this->primary, $this->replica ] as $server ) {
			$server->exec( 'SET GLOBAL general_log = 0' );
			$server->exec( 'TRUNCATE mysql.general_log' );
			$server->exec( "SET GLOBAL log_output = 'TABLE'" );
			$server->exec( 'SET GLOBAL general_log = 1' );
		}
	}

	/**
	 * What MediaWiki said to a server since.
	 *
	 * @return list<string>
	 */
	public function heard( PDO $server ): array {
		return $server->query(
			"SELECT CAST(argument AS CHAR) FROM mysql.general_log WHERE command_type = 'Query'" .
			" AND user_host LIKE '" . self::USER . "[%' ORDER BY event_time"
		)->fetchAll( PDO::FETCH_COLUMN );
	}

	public function waitForReplica(): void {
		[ $position, $wait ] = $this->isMySql
			? [ 'gtid_executed', 'WAIT_FOR_EXECUTED_GTID_SET' ]
			: [ 'gtid_binlog_pos', 'MASTER_GTID_WAIT' ];
		$position = $this->primary->query( "SELECT @@GLOBAL.$position" )->fetchColumn();
		$waited = $this->replica->query( "SELECT $wait('$position', " . self::PATIENCE . ')' )->fetchColumn();
		if ( (string)$waited !== '0' ) {
			throw new RuntimeException( 'the replica does not follow: ' .
				json_encode( $this->replica->query( "SHOW {$this->replicaWord()} STATUS" )->fetch() ) );
		}
	}

	/**
	 * START or STOP of the replica's following, the whole of it or one of its threads.
	 */
	public function follow( string $verb, string $thread = '' ): void {
		$this->replica->exec( "$verb {$this->replicaWord()} $thread" );
	}

	/**
	 * Whether MediaWiki sees that a replica is behind. It asks by statements that MySQL 8.4 and later do not have, and
	 * takes that for a replica that follows.
	 */
	public function isLagSeen(): bool {
		return !$this->isMySql;
	}

	private function replicaWord(): string {
		return $this->isMySql ? 'REPLICA' : 'SLAVE';
	}

	public function remove(): void {
		foreach ( [ 'primary', 'replica' ] as $name ) {
			$this->server( $name, 'stop' );
		}
		exec( 'rm -rf -- ' . escapeshellarg( $this->folder ) );
	}

	private function start( string $name, int $id ): int {
		mkdir( "$this->folder/$name", 0755, true );
		$this->server( $name, 'create' );
		$port = self::freePort();
		$settings = [
			'skip-networking=0', 'bind-address=127.0.0.1', "port=$port",
			'log-bin=binlog', 'binlog-format=MIXED', "server-id=$id",
			'loose-gtid-mode=ON', 'loose-enforce-gtid-consistency=ON',
		];
		file_put_contents(
			"$this->folder/$name/mariadb/my.cnf", implode( "\n", $settings ) . "\n", FILE_APPEND
		);
		$this->server( $name, 'start', '--owner', (string)getmypid() );
		return $port;
	}

	private function server( string $name, string ...$action ): void {
		$script = dirname( __DIR__, 5 ) . '/tests/support/farm/server';
		$command = array_map( 'escapeshellarg', [ $script, "$this->folder/$name", ...$action ] );
		exec( implode( ' ', $command ) . ' 2>&1', $output, $status );
		if ( $status !== 0 ) {
			throw new RuntimeException( implode( "\n", $output ) );
		}
	}

	private function connect( string $name ): PDO {
		$administrator = posix_getpwuid( posix_geteuid() )['name'];
		return new PDO( "mysql:unix_socket={$this->socket( $name )}", $administrator, '', [
			PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
			PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
		] );
	}

	private function socket( string $name ): string {
		return "$this->folder/$name/mariadb/data/socket";
	}

	private static function freePort(): int {
		$listener = stream_socket_server( 'tcp://127.0.0.1:0' );
		$name = stream_socket_get_name( $listener, false );
		fclose( $listener );
		return (int)substr( $name, strrpos( $name, ':' ) + 1 );
	}
}
