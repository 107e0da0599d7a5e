<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use Maintenance;

$IP = getenv( 'MW_INSTALL_PATH' ) ?: __DIR__ . '/../../..';
require_once "$IP/maintenance/Maintenance.php";

/**
 * A script that refuses options and arguments which it does not know, with a sentence. MediaWiki ignores arguments that
 * are too many, and always exits with 1.
 */
abstract class CheckedScript extends Maintenance {

	/** Exit code of a script that cannot do what it was asked to. */
	protected const REFUSED = 1;

	/** Whether the last argument may be repeated. */
	protected function repeatsLastArgument(): bool {
		return false;
	}

	/**
	 * @inheritDoc
	 */
	public function validateParamsAndArgs() {
		if ( $this->hasOption( 'help' ) ) {
			$this->showHelp();
			exit( 0 );
		}
		$this->parameters->validate();
		$faults = $this->parameters->getErrors();
		foreach ( $this->parameters->getArgs() as $i => $argument ) {
			if ( $this->parameters->getArgName( $i ) === null && !$this->repeatsLastArgument() ) {
				$faults[] = "Unexpected argument '$argument'!";
			}
		}
		if ( $faults !== [] ) {
			$this->error( implode( "\n", $faults ) );
			$this->maybeHelp( true );
		}
	}

	/**
	 * Ends the script where it was called wrongly: the sentence that says how is not lost above a page of help.
	 *
	 * @param bool $force
	 */
	protected function maybeHelp( $force = false ) {
		if ( $force ) {
			$this->error( 'Use --help to see what this script takes.' );
			exit( static::REFUSED );
		}
	}
}
