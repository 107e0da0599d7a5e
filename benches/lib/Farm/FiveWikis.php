<?php
/**
 * W3's farm: five whole wikis with the pages and usages of real ones, on a server that writes a binary log; filled and
 * saved once, and restored before each run.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Farm;

use RuntimeException;
use WikibaseDispatchBench\Measure\Binlog;
use WikibaseDispatchComparison\Changes;
use WikibaseDispatchTests\Data;
use WikibaseDispatchTests\Farm;

class FiveWikis extends Farm {

	private const COMPARISON = __DIR__ . '/../../../tests/end-to-end/comparison';
	private const BENCH = __DIR__ . '/../../mediawiki';
	private const LANGUAGES = [ 'dewiki' => 'de', 'frwiki' => 'fr', 'svwiki' => 'sv' ];
	private const SAVED = 'way';

	/** Queued and counted, not run. */
	public const NOT_RUN = [ 'htmlCacheUpdate', 'refreshLinks' ];

	public readonly MariaDb $engine;
	/** @var array<string,array<string,int>> wiki => names of its namespaces => their numbers */
	public array $namespaces = [];

	/**
	 * Makes the farm.
	 *
	 * @param string $folder empty or missing
	 * @param string $mediawiki
	 * @param string|null $project another working copy of this project, with a module; null: this one
	 */
	public function __construct( string $folder, string $mediawiki, ?string $project ) {
		$other = $project === null ? []
			: [ '--module', self::module( $project ), '--extension', "$project/php/extension.json" ];
		self::make( $folder, 'mariadb', '--mediawiki', $mediawiki, ...$other );
		parent::__construct( $folder );
		$this->describe( [ 'globals' => [ 'wgJobTypesExcludedFromDefaultQueue' => self::NOT_RUN ] ] );
		$this->engine = new MariaDb( $folder, $this->repo );
		$settings = "$folder/mariadb/my.cnf";
		file_put_contents( $settings,
			str_replace( 'skip-log-bin', implode( "\n", Binlog::SETTINGS ), file_get_contents( $settings ) ) );
	}

	/** Everything that is there before the first edit is announced. */
	public function fill( Data $data, Changes $changes ): void {
		foreach ( $this->wikis as $wiki ) {
			$ofRepo = $wiki === $this->repo ? [ '--subscriptions', '--links' ] : [];
			$this->run( $wiki, self::SCRIPTS . '/LoadWiki.php', $ofRepo );
			$this->run( $wiki, self::COMPARISON . '/LoadSites.php', $changes->sites() );
			$this->run( $wiki, self::BENCH . '/RenewMark.php' );
			$facts = json_decode( $this->ask( $wiki, self::COMPARISON . '/LanguageFacts.php' ), true );
			$this->namespaces[$wiki] = $facts['namespaces'];
			$this->databases->clear( $wiki, [ 'job', 'recentchanges' ] );
		}
		$this->run( $this->repo, self::COMPARISON . '/LoadAccounts.php', $changes->accounts() );
		$this->run( $this->repo, self::SCRIPTS . '/WriteChanges.php', [ '--unannounced' ] );
		$this->databases->disconnect();
		$this->engine->save( self::SAVED );
	}

	/** Everything as `fill` has left it. */
	public function restore(): void {
		$this->databases->disconnect();
		$this->engine->restore( self::SAVED );
	}

	/** The binary log, as it is now. */
	public function binlog(): Binlog {
		return Binlog::read( $this->engine->repo(), "{$this->folder}/mariadb/data" );
	}

	/**
	 * Command line of a maintenance script.
	 *
	 * @return list<string>
	 */
	public function script( string $wiki, string $script, string ...$arguments ): array {
		$own = realpath( self::BENCH . "/$script.php" );
		return $this->command( $wiki, $own ?: $script, ...$arguments );
	}

	/**
	 * @inheritDoc
	 */
	protected function command( string $wiki, string $script, string ...$arguments ): array {
		$language = 'FARM_LANGUAGE=' . ( self::LANGUAGES[$wiki] ?? 'en' );
		$messages = 'FARM_MESSAGES=' . realpath( self::COMPARISON . '/i18n' );
		return [ 'env', $language, $messages, ...parent::command( $wiki, $script, ...$arguments ) ];
	}

	/** What {@see Farm::ask()} does, in the wiki's language. */
	public function ask( string $wiki, string $script, string ...$arguments ): string {
		return parent::ask( $wiki, realpath( $script ) ?: $script, ...$arguments );
	}

	/**
	 * Jobs of a wiki that a runner would take.
	 *
	 * @param string $wiki
	 * @param string|null $type null: of any type that is run
	 */
	public function waiting( string $wiki, ?string $type = null ): int {
		$excluded = "'" . implode( "', '", self::NOT_RUN ) . "'";
		$which = $type === null ? "job_cmd NOT IN ( $excluded )" : "job_cmd = '$type'";
		return (int)$this->engine->repo()
			->query( "SELECT COUNT(*) FROM `$wiki`.job WHERE job_token = '' AND $which" )->fetchColumn();
	}

	/**
	 * Jobs of a wiki that nobody will run.
	 *
	 * @return list<string>
	 */
	public function failed( string $wiki ): array {
		$excluded = "'" . implode( "', '", self::NOT_RUN ) . "'";
		return $this->engine->repo()
			->query( "SELECT job_cmd FROM `$wiki`.job WHERE job_cmd NOT IN ( $excluded )" )
			->fetchAll( \PDO::FETCH_COLUMN );
	}

	private static function module( string $project ): string {
		$files = glob( "$project/target/release/libwikibase_dispatch.so" );
		return $files[0] ?? throw new RuntimeException( "there is no compiled module in $project: run its bin/build" );
	}
}
