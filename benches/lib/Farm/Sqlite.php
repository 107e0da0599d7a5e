<?php
/**
 * A farm's databases on SQLite: one file per wiki.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Farm;

use PDO;
use RuntimeException;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchTests\Shell;

class Sqlite implements Engine {

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
		return 'SQLite ' . $this->repo()->getAttribute( PDO::ATTR_SERVER_VERSION );
	}

	/**
	 * @inheritDoc
	 */
	public function save( string $name ): void {
		$this->stop();
		Shell::run( 'mkdir', '-p', "{$this->folder}/saved" );
		Shell::run( 'cp', '-a', "{$this->folder}/data", "{$this->folder}/saved/$name" );
	}

	/**
	 * @inheritDoc
	 */
	public function restore( string $name ): void {
		$this->stop();
		Shell::run( 'rm', '-rf', "{$this->folder}/data" );
		Shell::run( 'cp', '-a', "{$this->folder}/saved/$name", "{$this->folder}/data" );
	}

	/**
	 * @inheritDoc
	 */
	public function stop(): void {
		$this->repo = null;
	}

	/**
	 * @inheritDoc
	 */
	public function addClients( Stream $stream ): void {
		$statements = $this->repo()->query( "SELECT sql FROM sqlite_master WHERE tbl_name = 'job' AND sql IS NOT NULL" )
			->fetchAll( PDO::FETCH_COLUMN );
		$template = "{$this->folder}/queue.sqlite";
		$queue = new PDO( "sqlite:$template" );
		array_map( $queue->exec( ... ), $statements );
		// As MediaWiki's installer sets it.
		$queue->exec( 'PRAGMA journal_mode = WAL' );
		$queue = null;
		foreach ( $stream->clients as $client ) {
			if ( !copy( $template, $this->file( $client ) ) ) {
				throw new RuntimeException( "cannot make the database of $client" );
			}
		}
		unlink( $template );
	}

	/**
	 * @inheritDoc
	 */
	public function repo(): PDO {
		return $this->repo ??= new PDO( 'sqlite:' . $this->file( $this->repoName ) );
	}

	/**
	 * @inheritDoc
	 */
	public function jobs( string $wiki ): array {
		return ( new PDO( 'sqlite:' . $this->file( $wiki ) ) )
			->query( 'SELECT job_id, job_cmd, job_params FROM job ORDER BY job_id' )->fetchAll( PDO::FETCH_ASSOC );
	}

	/**
	 * @inheritDoc
	 */
	public function counters(): ?Counters {
		return null;
	}

	private function file( string $wiki ): string {
		return "{$this->folder}/data/$wiki.sqlite";
	}
}
