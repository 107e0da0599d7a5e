<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\Manage\Command;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\SeekPlan;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For a client that has lost changes it was sent, or that must not receive the changes that wait for it.
 */
class SeekClient extends RepoScript {

	/** Instead of an id. */
	private const END = 'end';

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Sets the last change that a client has seen. If set back, changes that are still in the change buffer ' .
			'are delivered again; if set forward, the changes in between are never delivered. Refused while a pass ' .
			'for the client is running.'
		);
		$this->addArg( 'client', 'Site ID of the client' );
		$this->addArg(
			'position',
			'ID of the last change that counts as seen: 0 to repeat everything in the buffer, or "' .
			self::END . '" for the last change that can be dispatched now'
		);
		$this->addOption( 'skip', 'Confirm that the client never receives some changes' );
		$this->addOption( 'dry-run', 'Only show what would be done' );
		$this->askForReason();
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$management = WikibaseDispatchServices::clientManagement( $services );
		$position = $this->getArg( 1 );
		$plan = $management->planSeek(
			$this->getArg( 0 ),
			$position === self::END ? null : $this->changeId( "position (or \"" . self::END . "\")", $position )
		);
		$isDone = !$this->hasOption( 'dry-run' );
		if ( $isDone ) {
			$command = Command::seek( $plan->siteId, $plan->to, $this->hasOption( 'skip' ), $plan->from );
			$management->carryOut( $command, $this->order() );
		}
		$this->output( $this->sentence( $plan, $isDone ) . "\n" );
		return true;
	}

	private function sentence( SeekPlan $plan, bool $isDone ): string {
		if ( $plan->from === $plan->to ) {
			return "$plan->siteId is already at change $plan->to.";
		}
		$verb = $isDone ? 'was set' : 'would be set';
		$between = "$plan->relevant of the $plan->changes changes in between";
		return "$plan->siteId $verb from change $plan->from to $plan->to: " . ( $plan->repeats()
			? "it receives $between again."
			: "it never receives $between." );
	}
}

$maintClass = SeekClient::class;
require_once RUN_MAINTENANCE_IF_MAIN;
