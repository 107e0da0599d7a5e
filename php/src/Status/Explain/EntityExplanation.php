<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * What can be said of the newest changes of an entity.
 */
final class EntityExplanation {

	/**
	 * @param list<Sentence> $search what was found, and how far was looked
	 * @param list<ChangeExplanation> $changes newest first
	 */
	public function __construct( public readonly array $search, public readonly array $changes ) {
	}

	/**
	 * @return list<Sentence> all of it, one after the other
	 */
	public function sentences(): array {
		return array_merge( $this->search, ...array_map(
			static fn ( ChangeExplanation $change ) => $change->sentences(), $this->changes
		) );
	}
}
