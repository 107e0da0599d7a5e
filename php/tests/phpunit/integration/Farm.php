<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use PDO;
use RuntimeException;
use WikibaseDispatchTests\Databases;

/**
 * A farm of real wikis in a temporary folder, on SQLite or MariaDB: one repo and its clients.
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
		'wb_items_per_site', 'wb_changes_rebuild', 'wb_changes_rollout', 'wb_changes_handed', 'wb_changes_shadow',
		'wb_changes_client', 'wb_changes_failure', 'wb_changes_history', 'wb_changes_ledger', 'wb_changes_late',
		'objectcache',
	];

	private static ?Farm $used = null;

	private ?Databases $databases = null;

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
	public static function create( string $mediaWiki, string $database ): self {
		$folder = sys_get_temp_dir() . '/wikibase-dispatch-' . bin2hex( random_bytes( 6 ) );
		$project = dirname( __DIR__, 4 );
		$command = [ "$project/tests/support/farm/create", $folder ];
		array_push( $command, '--mediawiki', $mediaWiki, '--wikis', implode( ',', self::WIKIS ) );
		if ( $database === 'mariadb' ) {
			array_push( $command, '--database', $database, '--owner', (string)getmypid() );
		}
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
		$db = $this->databases()->connection( $wiki );
		$db->setAttribute( PDO::ATTR_DEFAULT_FETCH_MODE, PDO::FETCH_ASSOC );
		return $db;
	}

	/** How to connect to the databases. */
	public function databases(): Databases {
		$this->databases ??= new Databases( $this->folder );
		return $this->databases;
	}

	/** Has the farm's own MariaDB start, stop, or be killed. Every connection to it is a new one then. */
	public function server( string $action ): void {
		$result = $this->run( [ "{$this->folder}/server", $action ] );
		if ( $result->status !== 0 ) {
			throw new RuntimeException( "the server does not $action: {$result->output}" );
		}
		$this->databases = null;
	}

	/** Runs a maintenance script of a wiki. */
	public function maintenance( string $wiki, string $script, string ...$arguments ): CommandResult {
		return $this->run( [ "{$this->folder}/mw", $wiki, $script, ...$arguments ] );
	}

	/** Starts a maintenance script of a wiki, and does not wait for its end. */
	public function start( string $wiki, string $script, string ...$arguments ): RunningCommand {
		return new RunningCommand(
			[ "{$this->folder}/mw", $wiki, $script, ...$arguments ], $this->environment()
		);
	}

	/** Likewise, as MediaWiki 1.40 and later want scripts to be run. */
	public function startByRunner( string $wiki, string $script, string ...$arguments ): RunningCommand {
		return new RunningCommand(
			[
				"{$this->folder}/php", "{$this->mediaWiki}/maintenance/run.php", $script, '--wiki', $wiki,
				...$arguments
			],
			[ 'MW_CONFIG_FILE' => "{$this->folder}/LocalSettings.php" ] + $this->environment()
		);
	}

	/** Runs a maintenance script of a wiki that reads a file as its standard input. */
	public function maintenanceReading(
		string $file, string $wiki, string $script, string ...$arguments
	): CommandResult {
		return $this->run( [ "{$this->folder}/mw", $wiki, $script, ...$arguments ], [], $file );
	}

	/** Runs a maintenance script of a wiki as if the compiled module had not been installed. */
	public function maintenanceWithoutModule(
		string $wiki, string $script, string ...$arguments
	): CommandResult {
		$file = str_contains( $script, '/' ) ? $script : "{$this->mediaWiki}/maintenance/$script.php";
		return $this->run(
			[ PHP_BINARY, $file, '--wiki', $wiki, ...$arguments ],
			[
				'MW_CONFIG_FILE' => "{$this->folder}/LocalSettings.php",
				'MW_INSTALL_PATH' => $this->mediaWiki,
			]
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
		$this->describe( [ 'settings' => $settings ] );
	}

	/**
	 * Has the farm's next processes start with other global settings, until {@see reset()}.
	 *
	 * @param array<string,mixed> $globals arrays are added to what is set
	 */
	public function setGlobals( array $globals ): void {
		$this->describe( [ 'globals' => $globals ] );
	}

	/**
	 * Has the farm's next processes use another job queue, until {@see reset()}.
	 *
	 * @param array<string,mixed>|null $configuration an entry of `$wgJobTypeConf`; what is not MediaWiki's of its
	 *   classes stands in `autoload`, with the file; null: jobs in the wiki's database
	 */
	public function setJobQueue( ?array $configuration ): void {
		$this->describe( [ 'jobQueue' => $configuration ] );
	}

	/**
	 * Has the farm's next processes load the extension as if it were of another version, until {@see reset()}.
	 */
	public function setExtensionVersion( string $version ): void {
		$own = dirname( __DIR__, 3 );
		$copy = "{$this->folder}/extension-$version";
		mkdir( $copy );
		foreach ( array_diff( scandir( $own ), [ '.', '..', 'extension.json' ] ) as $entry ) {
			symlink( "$own/$entry", "$copy/$entry" );
		}
		$manifest = [ 'version' => $version ] + json_decode( file_get_contents( "$own/extension.json" ), true );
		file_put_contents( "$copy/extension.json", json_encode( $manifest ) );
		$this->describe( [ 'extension' => "$copy/extension.json" ] );
	}

	private function describe( array $changes ): void {
		$file = "{$this->folder}/farm.json";
		$farm = json_decode( file_get_contents( $file ), true );
		file_put_contents( $file, json_encode( $changes + $farm, JSON_UNESCAPED_SLASHES ) );
	}

	/**
	 * Has the farm's next processes load the extension on these wikis alone, until {@see reset()}.
	 *
	 * @param list<string>|null $wikis null: on all
	 */
	public function loadExtensionOn( ?array $wikis ): void {
		$this->describe( [ 'extensionOn' => $wikis ] );
	}

	/** Makes the farm what it was when it was created. */
	public function reset(): void {
		$this->setSettings( [] );
		$this->setJobQueue( null );
		$this->setGlobals( [] );
		$this->loadExtensionOn( null );
		$this->describe( [ 'extension' => dirname( __DIR__, 3 ) . '/extension.json' ] );
		foreach ( $this->wikis as $wiki ) {
			$this->databases()->clear( $wiki, self::TABLES );
			$this->database( $wiki )->exec( 'DELETE FROM page WHERE page_id > 1' );
		}
		$this->databases()->mark( self::REPO, $this->wikis );
		$this->forgetBackoffs();
		if ( is_file( $this->logFile() ) ) {
			unlink( $this->logFile() );
		}
	}

	/**
	 * After one failure in fifty, by chance, MediaWiki's runner leaves all jobs of the type alone for a while.
	 *
	 * @return bool whether it was going to
	 */
	public function forgetBackoffs(): bool {
		$file = "$this->folder/tmp/mw-runJobs-backoffs.json";
		return is_file( $file ) && unlink( $file );
	}

	public function remove(): void {
		$this->databases = null;
		if ( is_file( "{$this->folder}/server" ) ) {
			$this->run( [ "{$this->folder}/server", 'stop' ] );
		}
		if ( is_dir( $this->folder ) ) {
			exec( 'rm -rf -- ' . escapeshellarg( $this->folder ) );
		}
	}

	public function logFile(): string {
		return "{$this->folder}/dispatch.log";
	}

	/**
	 * @param list<string> $command
	 * @param array<string,string> $environment
	 * @param string $input file to read
	 */
	private function run( array $command, array $environment = [], string $input = '/dev/null' ): CommandResult {
		$environment += $this->environment();
		$process = proc_open(
			$command,
			[ [ 'file', $input, 'r' ], [ 'pipe', 'w' ], [ 'redirect', 1 ] ],
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

	/**
	 * @return array<string,string>
	 */
	private function environment(): array {
		return [ 'FARM_LOG' => $this->logFile() ] + array_diff_key( getenv(), [ 'FARM_WIKI' => true ] );
	}
}
