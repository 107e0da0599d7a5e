<?php
/**
 * A farm's databases on a private MariaDB: one per wiki, all on one server.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Farm;

use PDO;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchTests\Databases;
use WikibaseDispatchTests\Shell;

class MariaDb implements Engine {

	/** For the run: room for all tables of thousands of clients and for the largest stream; count what a user does. */
	private const SETTINGS = [
		'userstat' => 1,
		'innodb_buffer_pool_size' => 512 * 1024 * 1024,
		'table_open_cache' => 20_000,
		'table_definition_cache' => 20_000,
	];

	private ?PDO $repo = null;

	/**
	 * @param string $folder of the farm
	 * @param string $repoName
	 */
	public function __construct( private readonly string $folder, private readonly string $repoName ) {
	}

	/**
	 * @inheritDoc
	 */
	public function name(): string {
		return 'MariaDB ' . strtok( (string)$this->repo()->query( 'SELECT VERSION()' )->fetchColumn(), '-' );
	}

	/**
	 * @inheritDoc
	 */
	public function save( string $name ): void {
		$this->stop();
		Shell::run( 'mkdir', '-p', "{$this->folder}/saved" );
		Shell::run( 'cp', '-a', $this->data(), "{$this->folder}/saved/$name" );
	}

	/**
	 * @inheritDoc
	 */
	public function restore( string $name ): void {
		$this->stop();
		Shell::run( 'rm', '-rf', $this->data() );
		Shell::run( 'cp', '-a', "{$this->folder}/saved/$name", $this->data() );
		$this->server( 'start', '--owner', (string)getmypid() );
		foreach ( self::SETTINGS as $variable => $value ) {
			$this->repo()->exec( "SET GLOBAL $variable = $value" );
		}
		$this->warm();
	}

	/**
	 * @inheritDoc
	 */
	public function stop(): void {
		$this->repo = null;
		$this->server( 'stop' );
	}

	/**
	 * @inheritDoc
	 */
	public function addClients( Stream $stream ): void {
		$db = $this->repo();
		[ 'user' => $user ] = $this->description();
		// One grant for all: the databases are the benchmark's own.
		$db->exec( "GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO $user@localhost" );
		foreach ( $stream->clients as $client ) {
			$db->exec( "CREATE DATABASE `$client` CHARACTER SET binary" );
			$db->exec( "CREATE TABLE `$client`.job LIKE `{$this->repoName}`.job" );
		}
	}

	/**
	 * @inheritDoc
	 */
	public function repo(): PDO {
		return $this->repo ??= ( new Databases( $this->folder ) )->connect( $this->repoName );
	}

	/**
	 * @inheritDoc
	 */
	public function jobs( string $wiki ): array {
		return $this->repo()->query( "SELECT job_id, job_cmd, job_params FROM `$wiki`.job ORDER BY job_id" )
			->fetchAll( PDO::FETCH_ASSOC );
	}

	/**
	 * @inheritDoc
	 */
	public function counters(): Counters {
		return Counters::read( $this->repo(), $this->description()['user'], $this->pid() );
	}

	/** Process of the server. */
	public function pid(): int {
		return (int)Shell::run( "{$this->folder}/server", 'pid' );
	}

	/**
	 * How to connect as the contenders do.
	 *
	 * @return array{socket:string,user:string,password:string}
	 */
	public function description(): array {
		return json_decode( (string)file_get_contents( "{$this->folder}/farm.json" ), true )['database'];
	}

	/** A run shall not pay for the first look at what was copied a moment ago. */
	private function warm(): void {
		foreach ( [ 'PRIMARY', 'cs_entity_id', 'cs_subscriber_id' ] as $index ) {
			$this->repo()->query( "SELECT COUNT(*) FROM wb_changes_subscription FORCE INDEX ( $index )" )->fetchAll();
		}
		$this->repo()->query( 'SELECT SUM( LENGTH( change_info ) ) FROM wb_changes' )->fetchAll();
	}

	private function data(): string {
		return "{$this->folder}/mariadb/data";
	}

	private function server( string ...$arguments ): void {
		Shell::run( "{$this->folder}/server", ...$arguments );
	}
}
