<?php
/**
 * Fewer clients than there are sites: site number i becomes client number i modulo the number of clients.
 *
 * Where several sites that are subscribed to one entity become one client, deliveries would be lost. They are carried
 * over: the next entities of the table get further subscribers, until as many deliveries are due as were lost.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Input;

class Fold implements Spread {

	/** @var array<string,int> site => its number */
	private readonly array $numbers;

	/**
	 * @param list<string> $sites
	 * @param int $count how many clients
	 * @param array<string,int> $changesOf entity => how many changes it has
	 */
	public function __construct(
		array $sites,
		private readonly int $count,
		private readonly array $changesOf
	) {
		$this->numbers = array_flip( $sites );
	}

	/**
	 * @inheritDoc
	 */
	public function clients(): array {
		return array_map( self::name( ... ), range( 0, $this->count - 1 ) );
	}

	/**
	 * @inheritDoc
	 */
	public function client( string $entity, string $site ): string {
		return isset( $this->numbers[$site] ) ? self::name( $this->numbers[$site] % $this->count ) : $site;
	}

	/**
	 * @inheritDoc
	 */
	public function subscriptions( iterable $rows ): iterable {
		$carried = 0;
		foreach ( self::grouped( $rows ) as $entity => $sites ) {
			$changes = $this->changesOf[$entity] ?? 0;
			$subscribers = [];
			foreach ( $sites as $site ) {
				$subscriber = $this->client( $entity, $site );
				$carried += isset( $subscribers[$subscriber] ) ? $changes : 0;
				$subscribers[$subscriber] = true;
			}
			for ( $i = 0; $changes > 0 && $carried >= $changes && $i < $this->count; $i++ ) {
				$further = self::name( $i );
				$carried -= isset( $subscribers[$further] ) ? 0 : $changes;
				$subscribers[$further] = true;
			}
			foreach ( $subscribers as $subscriber => $unused ) {
				yield [ 'cs_entity_id' => $entity, 'cs_subscriber_id' => $subscriber ];
			}
		}
	}

	/**
	 * @return iterable<string,list<string>> entity => sites
	 */
	private static function grouped( iterable $rows ): iterable {
		$current = null;
		$sites = [];
		foreach ( $rows as [ 'cs_entity_id' => $entity, 'cs_subscriber_id' => $site ] ) {
			if ( $entity !== $current && $current !== null ) {
				yield $current => $sites;
				$sites = [];
			}
			$current = $entity;
			$sites[] = $site;
		}
		if ( $current !== null ) {
			yield $current => $sites;
		}
	}

	private static function name( int $number ): string {
		return "fold$number";
	}
}
