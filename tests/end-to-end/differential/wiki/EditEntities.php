<?php
/**
 * Maintenance script: makes edits of entities, by chance, or without `--count` one of each kind. Prints what it did, a
 * line each.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

require_once __DIR__ . '/Script.php';

class EditEntities extends Script {

	public function execute(): void {
		$api = $this->api();
		$entities = new Entities( $api );
		$state = State::read( $this->getOption( 'state' ) );
		if ( !$this->hasOption( 'count' ) ) {
			$entities->as = self::USERS[0];
			( new Kinds( $entities ) )->make( $state->kinds, function ( string $kind ) use ( $api, $state ): void {
				$api->passTime( 7 );
				$this->output( "$kind\t{$state->kinds[$kind]}\n" );
			} );
			return;
		}
		$chance = new Chance( "{$this->getOption( 'seed' )} edits of entities" );
		$edits = new RandomEdits( $entities, $chance, $state,
			[ ...self::USERS, self::TEMPORARY, self::ADDRESS ], self::BOTS );
		for ( $left = (int)$this->getOption( 'count' ); $left > 0; $left-- ) {
			$api->passTime( $chance->below( 8 ) );
			$this->output( implode( "\t", $edits->one() ) . "\n" );
		}
		$state->save( $this->getOption( 'state' ) );
	}
}

$maintClass = EditEntities::class;
require_once RUN_MAINTENANCE_IF_MAIN;
