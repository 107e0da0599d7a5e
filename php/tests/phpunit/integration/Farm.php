<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use PDO;
use RuntimeException;

/**
 * A farm of real wikis on SQLite, in a temporary folder: one repo and its clients.
 *
 * Tests look into the databases by connections of their own, so that they see what is committed and nothing else.
 */
final class Farm {

	public const REPO = 'repowiki';
	/** The wikis that tests speak of; a farm may have more. */
	public const WIKIS = [ self::REPO, 'enwiki', 'dewiki' ];

	/** Tables that a test may have written to. */
	private const TABLES = [
		'job', 'recentchanges', 'wb_changes', 'wb_changes_subscription', 'wb_changes_dispatch', 'wbc_entity_usage',
	];

	private static ?Farm $used = null;

	/** @var array<string,PDO> */
	private array $databases = [];

	/**
	 * @param string $folder
	 * @param string $mediaWiki
	 * @param list<string> $wikis
	 */
	private function __construct(
		public readonly string $folder,
		public readonly string $mediaWiki,
		private readonly array $wikis
	) {
	}

	/**
	 * A farm for this run. Whoever made it removes it.
	 */
	public static function create( string $mediaWiki ): self {
		$folder = sys_get_temp_dir() . '/wikibase-dispatch-' . bin2hex( random_bytes( 6 ) );
		$project = dirname( __DIR__, 4 );
		$command = [ "$project/tests/support/farm/create", $folder ];
		array_push( $command, '--mediawiki', $mediaWiki, '--wikis', implode( ',', self::WIKIS ) );
		$module = getenv( 'WIKIBASE_DISPATCH_MODULE' );
		if ( $module ) {
			array_push( $command, '--module', $module );
		}
		$farm = new self( $folder, $mediaWiki, self::WIKIS );
		$result = $farm->run( $command );
		if ( $result->status !== 0 ) {
			$farm->remove();
			throw new RuntimeException( "cannot create a farm:\n{$result->output}" );
		}
		return $farm;
	}

	/** A farm that somebody made, and keeps. */
	public static function at( string $folder, string $mediaWiki ): self {
		$settings = json_decode( (string)file_get_contents( "$folder/farm.json" ), true );
		if ( array_diff( self::WIKIS, $settings['wikis'] ?? [] ) !== [] ) {
			throw new RuntimeException( "the farm in $folder lacks one of " . implode( ', ', self::WIKIS ) );
		}
		return new self( $folder, $mediaWiki, $settings['wikis'] );
	}

	public static function use( self $farm ): void {
		self::$used = $farm;
	}

	/** The farm of this run. */
	public static function used(): self {
		return self::$used;
	}

	public function database( string $wiki ): PDO {
		if ( !isset( $this->databases[$wiki] ) ) {
			$db = new PDO( "sqlite:{$this->databaseFile( $wiki )}", null, null, [
				PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
				PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
				PDO::ATTR_TIMEOUT => 20,
			] );
			$this->databases[$wiki] = $db;
		}
		return $this->databases[$wiki];
	}

	public function databaseFile( string $wiki ): string {
		return "{$this->folder}/data/$wiki.sqlite";
	}

	/** Runs a maintenance script of a wiki. */
	public function maintenance( string $wiki, string $script, string ...$arguments ): CommandResult {
		return $this->run( [ "{$this->folder}/mw", $wiki, $script, ...$arguments ] );
	}

	/** Runs a maintenance script of a wiki as if the compiled module had not been installed. */
	public function maintenanceWithoutModule( string $wiki, string $script ): CommandResult {
		return $this->run(
			[ PHP_BINARY, "{$this->mediaWiki}/maintenance/$script.php", '--wiki', $wiki ],
			[ 'MW_CONFIG_FILE' => "{$this->folder}/LocalSettings.php" ]
		);
	}

	/**
	 * Runs PHP code in a process of its own, with the module.
	 */
	public function php( string $code, string ...$arguments ): CommandResult {
		return $this->run( [ "{$this->folder}/php", '-r', $code, '--', ...$arguments ] );
	}

	/** What the farm's processes have logged since {@see reset()}. */
	public function log(): string {
		return is_file( $this->logFile() ) ? file_get_contents( $this->logFile() ) : '';
	}

	/**
	 * Has the farm's next processes start with other settings, until {@see reset()}.
	 *
	 * @param array<string,mixed> $settings entries of `$wgWikibaseDispatchSettings`
	 */
	public function setSettings( array $settings ): void {
		$file = "{$this->folder}/farm.json";
		$farm = json_decode( file_get_contents( $file ), true );
		$farm['settings'] = $settings;
		file_put_contents( $file, json_encode( $farm, JSON_UNESCAPED_SLASHES ) );
	}

	/** Makes the farm what it was when it was created. */
	public function reset(): void {
		$this->setSettings( [] );
		foreach ( $this->wikis as $wiki ) {
			$db = $this->database( $wiki );
			$tables = $db->query( "SELECT name FROM sqlite_master WHERE type = 'table'" )
				->fetchAll( PDO::FETCH_COLUMN );
			$db->beginTransaction();
			foreach ( array_intersect( self::TABLES, $tables ) as $table ) {
				$db->exec( "DELETE FROM $table" );
				$db->exec( "DELETE FROM sqlite_sequence WHERE name = '$table'" );
			}
			$db->exec( 'DELETE FROM page WHERE page_id > 1' );
			$db->commit();
		}
		// Of job types that fail, MediaWiki's runner leaves one in fifty alone for a while.
		foreach ( [ $this->logFile(), "$this->folder/tmp/mw-runJobs-backoffs.json" ] as $leftover ) {
			if ( is_file( $leftover ) ) {
				unlink( $leftover );
			}
		}
	}

	public function remove(): void {
		$this->databases = [];
		if ( is_dir( $this->folder ) ) {
			exec( 'rm -rf -- ' . escapeshellarg( $this->folder ) );
		}
	}

	private function logFile(): string {
		return "{$this->folder}/dispatch.log";
	}

	/**
	 * @param list<string> $command
	 * @param array<string,string> $environment
	 */
	private function run( array $command, array $environment = [] ): CommandResult {
		$environment += [ 'FARM_LOG' => $this->logFile() ] + array_diff_key( getenv(), [ 'FARM_WIKI' => true ] );
		$process = proc_open(
			$command,
			[ [ 'file', '/dev/null', 'r' ], [ 'pipe', 'w' ], [ 'redirect', 1 ] ],
			$pipes,
			null,
			$environment
		);
		if ( !$process ) {
			throw new RuntimeException( 'cannot start ' . implode( ' ', $command ) );
		}
		$output = stream_get_contents( $pipes[1] );
		fclose( $pipes[1] );
		return new CommandResult( proc_close( $process ), $output );
	}
}
