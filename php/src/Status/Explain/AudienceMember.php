<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

/**
 * A wiki that a change concerns.
 */
final class AudienceMember {

	/**
	 * @param string $siteId
	 * @param AudienceState $state
	 * @param Sentence $sentence why the change concerns it, and how far it is on its way there
	 */
	public function __construct(
		public readonly string $siteId,
		public readonly AudienceState $state,
		public readonly Sentence $sentence
	) {
	}
}
