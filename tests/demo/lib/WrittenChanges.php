<?php
/**
 * The real changes over and over, each round under the ids that follow the round before, and what is due then: the same
 * to the same clients, because subscriptions and site links stay.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDemo;

class WrittenChanges {

	/**
	 * @return iterable<array<string,?string>> without end
	 */
	public static function rows(): iterable {
		$rows = iterator_to_array( ( new Data( Data::DEFAULT_FOLDER ) )->rows( 'wb_changes' ), false );
		$span = end( $rows )['change_id'] - $rows[0]['change_id'] + 1;
		for ( $shift = 0; ; $shift += $span ) {
			foreach ( $rows as $row ) {
				yield [ 'change_id' => $row['change_id'] + $shift ] + $row;
			}
		}
	}

	/**
	 * What is due of those changes that were committed.
	 *
	 * @param list<int> $committed ids
	 * @return array<string,array<int,true>> client => change id => true
	 */
	public static function due( array $committed ): array {
		$data = new Data( Data::DEFAULT_FOLDER );
		$original = $data->expectedDeliveries();
		$ids = [];
		foreach ( $data->rows( 'wb_changes' ) as $row ) {
			$ids[] = (int)$row['change_id'];
		}
		$first = $ids[0];
		$span = end( $ids ) - $first + 1;
		$due = array_fill_keys( array_keys( $original ), [] );
		foreach ( $committed as $id ) {
			foreach ( $original as $client => $changes ) {
				if ( isset( $changes[( $id - $first ) % $span + $first] ) ) {
					$due[$client][$id] = true;
				}
			}
		}
		return $due;
	}
}
