<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\CaughtUp;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\CatchUpDisplay;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StopSignal;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For an admin who does not want to wait for the jobs, or has none running.
 */
class CatchUp extends RepoScript {

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Dispatches waiting changes now, as job runners would, and beside them if there are any. Job runners of ' .
			'the clients handle the notifications. Ctrl-C stops it after the pass that is under way.'
		);
		$this->addArg( 'client', 'Site IDs of clients; default: all', false, true );
		$this->askForReason();
	}

	protected function repeatsLastArgument(): bool {
		return true;
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$stop = new StopSignal();
		$stop->watch();
		$display = new CatchUpDisplay( $this->terminal(), static fn (): float => hrtime( true ) / 1e9 );
		$result = WikibaseDispatchServices::clientManagement( $services )
			->catchUpHere( $this->allArguments(), $display, $stop->isReceived( ... ), $this->order() );
		$display->closeBar();
		$this->report( $result );
		if ( $result->left !== [] ) {
			$this->fatalError(
				'Stopped. Still behind: ' . implode( ', ', $result->left ) . '. Jobs dispatch the rest.',
				$stop->exitCode()
			);
		}
		return $result->failed === [];
	}

	private function report( CaughtUp $result ): void {
		foreach ( $result->failed as $siteId => $reason ) {
			// What follows the first line are statements, with all that was to be written. The log has it.
			$this->error( "Dispatching to $siteId failed; jobs will retry: " . explode( "\n", $reason, 2 )[0] );
		}
		if ( $result->passes > 0 ) {
			$this->output( sprintf(
				"Delivered %s %s in %s %s.\n",
				number_format( $result->changes ), $result->changes === 1 ? 'change' : 'changes',
				number_format( $result->passes ), $result->passes === 1 ? 'pass' : 'passes'
			) );
		}
		if ( $result->failed === [] && $result->left === [] ) {
			$this->output( "All changes up to ID $result->target are dispatched.\n" );
		}
		if ( $result->isHeldBack ) {
			$this->output(
				"Changes after ID $result->target wait for an open transaction; jobs dispatch them when it has ended.\n"
			);
		}
	}
}

$maintClass = CatchUp::class;
require_once RUN_MAINTENANCE_IF_MAIN;
