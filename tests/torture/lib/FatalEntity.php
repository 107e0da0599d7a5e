<?php
/**
 * An entity with a single change that is due to one client: there it kills every runner that handles it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use RuntimeException;

class FatalEntity {

	public readonly string $entity;

	/**
	 * @param string $client site id
	 * @param int $count it is one of the first so many changes
	 */
	public function __construct( public readonly string $client, int $count ) {
		$due = ( new Data( Data::DEFAULT_FOLDER ) )->expectedDeliveries()[$client];
		$changes = $entities = [];
		foreach ( ( new Data( Data::DEFAULT_FOLDER ) )->rows( 'wb_changes' ) as $at => $row ) {
			$entities[$row['change_object_id']] = ( $entities[$row['change_object_id']] ?? 0 ) + 1;
			if ( $at < $count && isset( $due[(int)$row['change_id']] ) ) {
				$changes[] = $row['change_object_id'];
			}
		}
		$single = array_values( array_filter( $changes, static fn ( string $entity ) => $entities[$entity] === 1 ) );
		// In the midst of the others.
		$this->entity = $single[intdiv( count( $single ), 3 )]
			?? throw new RuntimeException( "no entity has a single change that is due to $client" );
	}

	/** For processes that are started from now on. */
	public function kill( bool $kills ): void {
		putenv( $kills ? "FARM_FATAL_ENTITY={$this->entity}" : 'FARM_FATAL_ENTITY' );
		putenv( $kills ? "FARM_FATAL_WIKI={$this->client}" : 'FARM_FATAL_WIKI' );
	}
}
