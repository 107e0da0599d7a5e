<?php
/**
 * What a run works on: so many changes, spread over so many clients, with what is due to each.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Input;

use RuntimeException;

class Stream {

	/** Names the stream among others of the same data. */
	public readonly string $name;
	/** @var list<string> those that receive nothing included */
	public readonly array $clients;
	/** @var array<string,list<int>>|null */
	private ?array $due = null;

	/**
	 * @param Dataset $data
	 * @param Spread $spread
	 * @param int $changeCount only the first so many
	 * @param int $idle so many further clients, to which nothing is ever due
	 */
	public function __construct(
		private readonly Dataset $data,
		private readonly Spread $spread,
		public readonly int $changeCount,
		int $idle = 0
	) {
		$clients = $spread->clients();
		for ( $i = 0; $i < $idle; $i++ ) {
			$clients[] = "idle$i";
		}
		$this->clients = $clients;
		$this->name = "$changeCount-changes-" . count( $spread->clients() ) . '-clients'
			. ( $idle ? "-$idle-idle" : '' );
	}

	/**
	 * @param Dataset $data
	 * @param int $clients fewer than the real ones are folded, a multiple of them is split
	 * @param int $changeCount
	 * @param int $idle
	 */
	public static function spread( Dataset $data, int $clients, int $changeCount, int $idle = 0 ): self {
		$sites = $data->clients();
		if ( $clients % count( $sites ) === 0 ) {
			return new self( $data, new Split( $sites, intdiv( $clients, count( $sites ) ) ), $changeCount, $idle );
		}
		if ( $clients > count( $sites ) ) {
			throw new RuntimeException(
				"$clients clients: give fewer than " . count( $sites ) . ', or a multiple of it'
			);
		}
		$changesOf = [];
		foreach ( self::first( $changeCount, $data->changes() ) as [ 'change_object_id' => $entity ] ) {
			$changesOf[$entity] = ( $changesOf[$entity] ?? 0 ) + 1;
		}
		return new self( $data, new Fold( $sites, $clients, $changesOf ), $changeCount, $idle );
	}

	/**
	 * Every nth of the real clients, the largest first: to the others nothing goes.
	 */
	public static function sample( Dataset $data, int $nth, int $changeCount, int $idle = 0 ): self {
		$due = $data->expectedDeliveries();
		$sites = $data->clients();
		usort( $sites, static fn ( $a, $b ) => [ $due[$b] ?? 0, $a ] <=> [ $due[$a] ?? 0, $b ] );
		$sample = array_values( array_filter( $sites, static fn ( $i ) => $i % $nth === 0, ARRAY_FILTER_USE_KEY ) );
		return new self( $data, new Split( $sample, 1 ), $changeCount, $idle );
	}

	/** The same clients and subscriptions, and nothing written yet. */
	public function withoutChanges(): self {
		return new self( $this->data, $this->spread, 0 );
	}

	/**
	 * @return iterable<array<string,string>>
	 */
	public function changes(): iterable {
		foreach ( self::first( $this->changeCount, $this->data->changes() ) as $row ) {
			$row['change_info'] = $this->spreadSites( $row['change_object_id'], $row['change_info'] );
			yield $row;
		}
	}

	/**
	 * @return iterable<array{cs_entity_id:string,cs_subscriber_id:string}>
	 */
	public function subscriptions(): iterable {
		return $this->spread->subscriptions( $this->data->subscriptions() );
	}

	/**
	 * Worked out here, from nothing but the rows and the rule.
	 *
	 * @return array<string,list<int>> client => ids of the changes that are due to it, ascending
	 */
	public function due(): array {
		if ( $this->due !== null ) {
			return $this->due;
		}
		$isClient = array_fill_keys( $this->clients, true );
		$subscribers = [];
		foreach ( $this->subscriptions() as [ 'cs_entity_id' => $entity, 'cs_subscriber_id' => $site ] ) {
			if ( isset( $isClient[$site] ) ) {
				$subscribers[$entity][$site] = true;
			}
		}
		$this->due = array_fill_keys( $this->clients, [] );
		foreach ( $this->changes() as $row ) {
			$linked = array_intersect_key( self::siteLinkChanges( $row['change_info'] ), $isClient );
			foreach ( ( $subscribers[$row['change_object_id']] ?? [] ) + $linked as $site => $unused ) {
				$this->due[$site][] = (int)$row['change_id'];
			}
		}
		return $this->due;
	}

	public function deliveries(): int {
		return array_sum( array_map( count( ... ), $this->due() ) );
	}

	/** How many clients receive anything. */
	public function receiving(): int {
		return count( array_filter( $this->due() ) );
	}

	/** A change's site links name sites, too. */
	private function spreadSites( string $entity, string $info ): string {
		$links = self::siteLinkChanges( $info );
		$spread = [];
		foreach ( $links as $site => $link ) {
			$spread[$this->spread->client( $entity, (string)$site )] = $link;
		}
		if ( $spread === $links ) {
			return $info;
		}
		$info = json_decode( $info, true );
		$diff = json_decode( $info['compactDiff'], true );
		$diff['siteLinkChanges'] = $spread;
		$info['compactDiff'] = json_encode( $diff );
		return json_encode( $info );
	}

	private static function siteLinkChanges( string $info ): array {
		$info = json_decode( $info, true );
		return json_decode( $info['compactDiff'], true )['siteLinkChanges'] ?? [];
	}

	private static function first( int $count, iterable $rows ): iterable {
		foreach ( $rows as $row ) {
			if ( $count-- <= 0 ) {
				return;
			}
			yield $row;
		}
	}
}
