<?php
/**
 * A farm whose databases are saved once, and restored before each run of a benchmark: one repo, which is a real
 * MediaWiki wiki, and any number of clients, which are a job queue each: pushing needs no more of a client.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Farm;

use PDO;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchTests\Farm;
use WikibaseDispatchTests\Shell;

class SavedFarm extends Farm {

	public const REPO = 'repowiki';
	private const ROWS_AT_ONCE = 500;

	public readonly Engine $engine;

	/**
	 * Makes the farm.
	 *
	 * @param string $folder empty or missing
	 * @param string $database `mariadb` or `sqlite`
	 * @param string $mediawiki
	 */
	public function __construct( string $folder, string $database, string $mediawiki ) {
		self::make( $folder, $database, '--mediawiki', $mediawiki, '--wikis', self::REPO );
		parent::__construct( $folder );
		file_put_contents(
			"$folder/LocalSettings.php",
			'require ' . var_export( realpath( __DIR__ . '/../../mediawiki/LocalSettings.php' ), true ) . ";\n",
			FILE_APPEND
		);
		$this->engine = $database === 'mariadb'
			? new MariaDb( $folder, self::REPO ) : new Sqlite( $folder, self::REPO );
		$this->engine->save( 'empty' );
	}

	/**
	 * Makes clients and fills the repo for a stream, with all clients at the beginning, and saves that.
	 */
	public function prepare( Stream $stream ): void {
		if ( is_dir( "{$this->folder}/saved/{$stream->name}" ) ) {
			return;
		}
		$this->engine->restore( 'empty' );
		$this->engine->addClients( $stream );
		$this->insert( 'wb_changes_subscription', $stream->subscriptions() );
		$this->insert( 'wb_changes_dispatch', ( static function () use ( $stream ) {
			foreach ( $stream->clients as $client ) {
				yield [ 'chd_site' => $client, 'chd_db' => $client, 'chd_seen' => 0 ];
			}
		} )() );
		$this->insert( 'wb_changes_client', ( static function () use ( $stream ) {
			foreach ( $stream->clients as $client ) {
				yield [
					'cc_site' => $client, 'cc_version' => '0.1.0', 'cc_formats' => 'native,native-2,receipts',
					'cc_time' => gmdate( 'YmdHis' ),
				];
			}
		} )() );
		$this->insert( 'wb_changes_receipt', ( static function () use ( $stream ) {
			foreach ( $stream->clients as $client ) {
				yield [ 'crc_site' => $client, 'crc_receipts' => 'wd1h', 'crc_time' => gmdate( 'YmdHis' ) ];
			}
		} )() );
		// What is done once, when clients are configured, is no part of a backlog.
		$this->configure( $stream );
		$this->announce();
		Shell::run( ...$this->script( 'runJobs' ) );
		// Each run shall pay for a sample of the history, whatever the clock says.
		$this->engine->repo()->exec( 'DELETE FROM wb_changes_history' );
		$this->insert( 'wb_changes', $stream->changes() );
		$this->engine->repo()->exec( $this->engine instanceof MariaDb
			? 'ANALYZE TABLE wb_changes, wb_changes_subscription, wb_changes_dispatch, wb_changes_client' : 'ANALYZE' );
		$this->engine->save( $stream->name );
	}

	/**
	 * Everything as `prepare` has left it.
	 *
	 * @param Stream $stream
	 * @param array<string,mixed> $settings of the extension
	 * @param array<string,mixed> $bench what mediawiki/LocalSettings.php reads
	 */
	public function restore( Stream $stream, array $settings = [], array $bench = [] ): void {
		$this->engine->restore( $stream->name );
		$this->configure( $stream, $settings, $bench );
	}

	/** Says that a change was written, as an edit does. */
	public function announce(): void {
		Shell::run( ...$this->script( self::SCRIPTS . '/Announce.php' ) );
	}

	private function configure( Stream $stream, array $settings = [], array $bench = [] ): void {
		$this->describe( [
			'wikis' => [ self::REPO, ...$stream->clients ],
			'clients' => $stream->clients,
			'settings' => $settings
				+ [ 'localClientDatabases' => array_combine( $stream->clients, $stream->clients ) ],
			'bench' => (object)$bench,
		] );
	}

	/**
	 * Command line of a maintenance script of the repo.
	 *
	 * @return list<string>
	 */
	public function script( string $script, string ...$arguments ): array {
		$own = realpath( __DIR__ . "/../../mediawiki/$script.php" );
		return $this->command( self::REPO, $own ?: $script, ...$arguments );
	}

	/** Jobs that wait in the repo's own queue. */
	public function repoJobs(): int {
		return (int)$this->engine->repo()->query( 'SELECT COUNT(*) FROM job' )->fetchColumn();
	}

	/**
	 * @param string $table of the repo
	 * @param iterable<array<string,mixed>> $rows
	 */
	private function insert( string $table, iterable $rows ): void {
		$db = $this->engine->repo();
		$db->beginTransaction();
		$batch = [];
		foreach ( $rows as $row ) {
			$batch[] = $row;
			if ( count( $batch ) === self::ROWS_AT_ONCE ) {
				self::insertBatch( $db, $table, $batch );
				$batch = [];
			}
		}
		self::insertBatch( $db, $table, $batch );
		$db->commit();
	}

	private static function insertBatch( PDO $db, string $table, array $rows ): void {
		if ( !$rows ) {
			return;
		}
		$columns = implode( ', ', array_keys( $rows[0] ) );
		$marks = '( ' . implode( ', ', array_fill( 0, count( $rows[0] ), '?' ) ) . ' )';
		$values = implode( ', ', array_fill( 0, count( $rows ), $marks ) );
		$db->prepare( "INSERT INTO $table ( $columns ) VALUES $values" )
			->execute( array_merge( ...array_map( array_values( ... ), $rows ) ) );
	}
}
