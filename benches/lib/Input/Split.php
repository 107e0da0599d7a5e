<?php
/**
 * As many clients as there are, or a multiple of that: each site becomes several clients, which share its entities by
 * the entity's checksum. A change goes to exactly one of them, so the number of deliveries stays the same.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Input;

class Split implements Spread {

	/** @var array<string,true> */
	private readonly array $sites;

	/**
	 * @param list<string> $sites
	 * @param int $parts clients for each site
	 */
	public function __construct( array $sites, private readonly int $parts ) {
		$this->sites = array_fill_keys( $sites, true );
	}

	/**
	 * @inheritDoc
	 */
	public function clients(): array {
		$clients = [];
		foreach ( $this->sites as $site => $unused ) {
			for ( $part = 0; $part < $this->parts; $part++ ) {
				$clients[] = $this->name( $site, $part );
			}
		}
		return $clients;
	}

	/**
	 * @inheritDoc
	 */
	public function client( string $entity, string $site ): string {
		return isset( $this->sites[$site] ) ? $this->name( $site, crc32( $entity ) % $this->parts ) : $site;
	}

	/**
	 * @inheritDoc
	 */
	public function subscriptions( iterable $rows ): iterable {
		foreach ( $rows as [ 'cs_entity_id' => $entity, 'cs_subscriber_id' => $site ] ) {
			yield [ 'cs_entity_id' => $entity, 'cs_subscriber_id' => $this->client( $entity, $site ) ];
		}
	}

	private function name( string $site, int $part ): string {
		return $this->parts === 1 ? $site : "{$site}_$part";
	}
}
