<?php
/**
 * What one segment came to: latencies of all deliveries, and what they cost.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming;

class Figures {

	/** @var list<float> seconds from the commit to the notification in the client's queue */
	public array $notified = [];
	/** @var list<float> and to the first purge of the client's page after it */
	public array $purged = [];
	public int $missing = 0;
	public int $edits = 0;
	public int $notifications = 0;
	public Spent $spent;

	public function __construct() {
		$this->spent = new Spent();
	}

	public function add( Side $side, Spent $spent ): void {
		$this->spent = $this->spent->and( $spent );
		$changes = $side->changes();
		$arrivals = $side->arrivals();
		$purges = $side->purges();
		$this->edits += count( $changes );
		foreach ( $side->wikis as $client ) {
			$this->notifications += count( array_unique( array_map( 'strval', $arrivals[$client] ) ) );
			foreach ( $changes as $id => [ 'item' => $item, 'at' => $committed ] ) {
				$at = $arrivals[$client][$id] ?? null;
				if ( $at === null ) {
					$this->missing++;
				} else {
					$this->notified[] = $at - $committed;
				}
				foreach ( $purges[$client][$item] ?? [] as $purge ) {
					if ( $purge >= $committed ) {
						$this->purged[] = $purge - $committed;
						break;
					}
				}
			}
		}
	}

	/** @param list<float> $values */
	public static function percentile( array $values, float $part ): float {
		sort( $values );
		return $values === [] ? NAN : $values[(int)floor( $part * ( count( $values ) - 1 ) )];
	}
}
