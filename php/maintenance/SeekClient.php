<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\SeekPlan;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once __DIR__ . '/RepoScript.php';

/**
 * For a client that has lost what it was told of, or that must not be told of what waits for it.
 */
class SeekClient extends RepoScript {

	/** Instead of an id. */
	private const END = 'end';

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Sets where a client is: backwards, and what is still in the change buffer is delivered to it again; ' .
			'forwards, and what lies between is never delivered. Refused while a pass for it is going on.'
		);
		$this->addArg( 'client', 'Site id of the client' );
		$this->addArg(
			'position',
			'Id of the last change that is to count as seen: 0 for everything that is in the buffer again, or "' .
			self::END . '" for the last change that can be dispatched now'
		);
		$this->addOption( 'skip', 'It is meant that the client never hears of some changes' );
		$this->addOption( 'dry-run', 'Only say what would be done' );
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$seek = WikibaseDispatchServices::clientSeek( $services );
		$position = $this->getArg( 1 );
		$plan = $seek->plan(
			$this->getArg( 0 ),
			$position === self::END ? null : $this->changeId( "position (or \"" . self::END . "\")", $position )
		);
		$isDone = !$this->hasOption( 'dry-run' );
		if ( $isDone ) {
			$seek->carryOut( $plan, $this->hasOption( 'skip' ) );
		}
		$this->output( $this->sentence( $plan, $isDone ) . "\n" );
		return true;
	}

	private function sentence( SeekPlan $plan, bool $isDone ): string {
		if ( $plan->from === $plan->to ) {
			return "$plan->siteId is at change $plan->to already.";
		}
		$verb = $isDone ? 'was set' : 'would be set';
		$between = "$plan->relevant of the $plan->changes changes between";
		return "$plan->siteId $verb from change $plan->from to $plan->to: " . ( $plan->repeats()
			? "it gets $between again."
			: "it never hears of $between." );
	}
}

$maintClass = SeekClient::class;
require_once RUN_MAINTENANCE_IF_MAIN;
