<?php
/**
 * The same deliveries over another number of clients: says by which name a site goes there.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Input;

interface Spread {

	/**
	 * @return list<string> the clients
	 */
	public function clients(): array;

	/** The client that stands for a site where a change of this entity names it. */
	public function client( string $entity, string $site ): string;

	/**
	 * @param iterable<array{cs_entity_id:string,cs_subscriber_id:string}> $rows grouped by entity
	 * @return iterable<array{cs_entity_id:string,cs_subscriber_id:string}>
	 */
	public function subscriptions( iterable $rows ): iterable;
}
