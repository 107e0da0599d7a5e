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
 * For who does not want to wait for the jobs, or has none running.
 */
class CatchUp extends RepoScript {

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Dispatches what waits, here and now, as the job runners would, and beside them if there are any. ' .
			'The notifications are handled by the job runners of the clients. Ends with 0 when every client has seen ' .
			'what could be dispatched when it began, with 1 if some failed, and in order at Ctrl-C.'
		);
		$this->addArg( 'client', 'Site ids of clients; default: all', false, true );
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$stop = new StopSignal();
		$stop->watch();
		$display = new CatchUpDisplay( $this->terminal(), static fn (): float => hrtime( true ) / 1e9 );
		$result = WikibaseDispatchServices::catchUp( $services )
			->run( $this->allArguments(), $display, $stop->isReceived( ... ) );
		$display->closeBar();
		$this->report( $result );
		if ( $result->left !== [] ) {
			$this->fatalError(
				'Stopped; still behind: ' . implode( ', ', $result->left ) . '. The jobs go on.', $stop->exitCode()
			);
		}
		return $result->failed === [];
	}

	private function report( CaughtUp $result ): void {
		foreach ( $result->failed as $siteId => $reason ) {
			// What follows the first line are statements, with all that was to be written. The log has it.
			$this->error( "$siteId failed, and is tried again by the jobs: " . explode( "\n", $reason, 2 )[0] );
		}
		if ( $result->passes > 0 ) {
			$this->output( "Handed over: $result->changes changes, in passes: $result->passes.\n" );
		}
		if ( $result->failed === [] && $result->left === [] ) {
			$this->output( "Everything up to change $result->target is dispatched.\n" );
		}
		if ( $result->isHeldBack ) {
			$this->output(
				"What is behind change $result->target waits for an edit that has not ended; the jobs go on then.\n"
			);
		}
	}
}

$maintClass = CatchUp::class;
require_once RUN_MAINTENANCE_IF_MAIN;
