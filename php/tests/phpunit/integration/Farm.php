<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use PDO;
use RuntimeException;
use WikibaseDispatchTests\Farm as SharedFarm;
use WikibaseDispatchTests\Shell;

/**
 * A farm of real wikis in a temporary folder, on SQLite or MariaDB: one repo and its clients.
 *
 * Tests look into the databases by connections of their own, so that they see what is committed and nothing else.
 */
final class Farm extends SharedFarm {

	public const REPO = 'repowiki';
	/** The wikis that tests speak of; a farm may have more. */
	public const WIKIS = [ self::REPO, 'enwiki', 'dewiki' ];

	/** Tables that a test may have written to. */
	private const TABLES = [
		'job', 'recentchanges', 'wb_changes', 'wb_changes_subscription', 'wb_changes_dispatch', 'wbc_entity_usage',
		'wb_items_per_site', 'wb_changes_rebuild', 'wb_changes_rollout', 'wb_changes_handed', 'wb_changes_shadow',
		'wb_changes_client', 'wb_changes_failure', 'wb_changes_error', 'wb_changes_history',
		'wb_changes_client_history', 'wb_changes_ledger', 'wb_changes_late',
		'wb_changes_sent', 'wb_changes_receipt', 'wb_changes_aside', 'wbc_dispatch_handled', 'objectcache',
	];

	private static ?Farm $used = null;

	private function __construct( string $folder, public readonly string $mediaWiki ) {
		parent::__construct( $folder );
	}

	/**
	 * A farm for this run, which removes it in the end.
	 */
	public static function fresh( string $mediaWiki, string $database ): self {
		$folder = sys_get_temp_dir() . '/wikibase-dispatch-' . bin2hex( random_bytes( 6 ) );
		$options = [ '--mediawiki', $mediaWiki, '--wikis', implode( ',', self::WIKIS ) ];
		$module = getenv( 'WIKIBASE_DISPATCH_MODULE' );
		if ( $module ) {
			array_push( $options, '--module', $module );
		}
		self::make( $folder, $database, ...$options );
		return new self( $folder, $mediaWiki );
	}

	/** A farm that somebody made, and keeps. */
	public static function at( string $folder, string $mediaWiki ): self {
		$farm = new self( $folder, $mediaWiki );
		if ( array_diff( self::WIKIS, $farm->wikis ) !== [] ) {
			throw new RuntimeException( "the farm in $folder lacks one of " . implode( ', ', self::WIKIS ) );
		}
		return $farm;
	}

	public static function use( self $farm ): void {
		self::$used = $farm;
	}

	/** The farm of this run. */
	public static function used(): self {
		return self::$used;
	}

	public function database( string $wiki ): PDO {
		$db = $this->databases->connection( $wiki );
		$db->setAttribute( PDO::ATTR_DEFAULT_FETCH_MODE, PDO::FETCH_ASSOC );
		return $db;
	}

	/** Has the farm's own MariaDB start, stop, or be killed. Every connection to it is a new one then. */
	public function server( string $action ): void {
		Shell::run( "{$this->folder}/server", $action );
		$this->databases->disconnect();
	}

	/** Runs a maintenance script of a wiki. */
	public function maintenance( string $wiki, string $script, string ...$arguments ): CommandResult {
		return $this->resultOf( $this->command( $wiki, $script, ...$arguments ) );
	}

	/** Starts a maintenance script of a wiki, and does not wait for its end. */
	public function begin( string $wiki, string $script, string ...$arguments ): RunningCommand {
		return new RunningCommand(
			$this->command( $wiki, $script, ...$arguments ), $this->environment()
		);
	}

	/** Likewise, as MediaWiki 1.40 and later want scripts to be run. */
	public function beginByRunner( string $wiki, string $script, string ...$arguments ): RunningCommand {
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
		return $this->resultOf( $this->command( $wiki, $script, ...$arguments ), [], $file );
	}

	/** Runs a maintenance script of a wiki as if the compiled module had not been installed. */
	public function maintenanceWithoutModule(
		string $wiki, string $script, string ...$arguments
	): CommandResult {
		$file = str_contains( $script, '/' ) ? $script : "{$this->mediaWiki}/maintenance/$script.php";
		return $this->resultOf(
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
		return $this->resultOf( [ "{$this->folder}/php", '-r', $code, '--', ...$arguments ] );
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

	/**
	 * Has the farm's next processes load the extension on these wikis alone, until {@see reset()}.
	 *
	 * @param list<string>|null $wikis null: on all
	 */
	public function loadExtensionOn( ?array $wikis ): void {
		$this->describe( [ 'extensionOn' => $wikis ] );
	}

	/** Does something while a wiki lacks a table. */
	public function without( string $wiki, string $table, callable $work ): mixed {
		$this->execute( $wiki, "ALTER TABLE {{$table}} RENAME TO elsewhere" );
		try {
			return $work();
		} finally {
			$this->execute( $wiki, "ALTER TABLE elsewhere RENAME TO {{$table}}" );
		}
	}

	/** Makes the farm what it was when it was created. */
	public function reset(): void {
		$this->setSettings( [] );
		$this->setJobQueue( null );
		$this->setGlobals( [] );
		$this->loadExtensionOn( null );
		$this->describe( [ 'extension' => dirname( __DIR__, 3 ) . '/extension.json' ] );
		foreach ( $this->wikis as $wiki ) {
			$this->databases->clear( $wiki, self::TABLES );
			$this->database( $wiki )->exec( 'DELETE FROM page WHERE page_id > 1' );
		}
		$this->databases->mark( self::REPO, $this->wikis );
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

	public function logFile(): string {
		return "{$this->folder}/dispatch.log";
	}

	/**
	 * @param list<string> $command
	 * @param array<string,string> $environment
	 * @param string $input file to read
	 */
	private function resultOf( array $command, array $environment = [], string $input = '/dev/null' ): CommandResult {
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
