<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnsupportedDatabaseException;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\InvalidExtensionSettingException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Order;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Terminal;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use WikibaseDispatch\DispatchException;
use Wikimedia\Rdbms\DBError;
use Wikimedia\Rdbms\DBQueryError;

require_once __DIR__ . '/CheckedScript.php';

/**
 * What the scripts have in common: they run on the repo, and explain a refusal by a sentence and an exit code, not by a
 * trace.
 */
abstract class RepoScript extends CheckedScript {

	/** Size of a terminal. */
	private const COLUMNS = 80;
	private const ROWS = 24;

	public function __construct() {
		parent::__construct();
		$this->requireExtension( 'WikibaseDispatch' );
	}

	/**
	 * @return bool false for exit code 1
	 */
	abstract protected function run( MediaWikiServices $services ): bool;

	/**
	 * @inheritDoc
	 */
	public function execute() {
		$services = MediaWikiServices::getInstance();
		try {
			if ( !WikibaseDispatchServices::wikiSettings( $services )->isRepo() ) {
				$this->fatalError( 'This wiki has no clients. Run the script on the repo (--wiki).', static::REFUSED );
			}
			return $this->run( $services );
		} catch ( RefusedException | DispatchException | InvalidExtensionSettingException
			| UnsupportedDatabaseException | UnusableModuleException $e
		) {
			$this->fatalError( $e->getMessage(), static::REFUSED );
		} catch ( DBError $e ) {
			$advice = $e instanceof DBQueryError
				? "\nIf a table or a column is missing, run maintenance/update.php." : '';
			$this->fatalError( $e->getMessage() . $advice, static::REFUSED );
		}
	}

	/** For scripts that change something: why, for the log. */
	protected function askForReason(): void {
		$this->addOption( 'reason', 'Reason for the log (Special:Log/wikibasedispatch)', false, true );
	}

	/** Who orders an action, and why. */
	protected function order(): Order {
		return Order::ofScript( (string)$this->getOption( 'reason', '' ) );
	}

	/** Adds what applies to each of them. */
	protected function describe( string $text ): void {
		$this->addDescription( "$text Run it on the repo. Dispatching itself needs no script." );
	}

	/**
	 * The id of a change that an option or argument holds.
	 */
	protected function changeId( string $name, string $text ): int {
		if ( !preg_match( '/^\d{1,10}$/', $text ) ) {
			$this->fatalError( "$name takes the ID of a change, not '$text'.", static::REFUSED );
		}
		return (int)$text;
	}

	/**
	 * @return list<string> arguments that can be given any number of times
	 */
	protected function allArguments(): array {
		$arguments = [];
		while ( $this->hasArg( count( $arguments ) ) ) {
			$arguments[] = (string)$this->getArg( count( $arguments ) );
		}
		return $arguments;
	}

	protected function terminal(): Terminal {
		$isWatched = self::posix_isatty( STDOUT );
		[ $columns, $rows ] = $isWatched ? self::getTermSize() : [ 0, 0 ];
		$stream = $this->isQuiet() ? fopen( 'php://memory', 'w' ) : STDOUT;
		// Some terminals do not know their size.
		return new Terminal(
			$stream, $isWatched, $columns ?: self::COLUMNS, $rows ?: self::ROWS,
			$isWatched && Terminal::wantsColours()
		);
	}
}
