<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Subscription;

/**
 * What a rebuild goes through, in this order. What loses changes comes first.
 */
enum RebuildPhase: string {

	/** Subscribes to what pages use. */
	case Used = 'used';
	/** Subscribes to the items that have a site link to this wiki. */
	case Linked = 'linked';
	/** Unsubscribes from what is neither. */
	case Needless = 'needless';
	/**
	 * Subscribes to what pages use, once more: Wikibase's own client does not keep to our order, so a page that it
	 * parsed just when its entity was unsubscribed from may have found the subscription still there.
	 */
	case Again = 'again';
	case Done = 'done';

	/** What follows, if so many subscriptions were removed altogether. */
	public function next( int $removed ): self {
		return match ( $this ) {
			self::Used => self::Linked,
			self::Linked => self::Needless,
			self::Needless => $removed > 0 ? self::Again : self::Done,
			self::Again, self::Done => self::Done,
		};
	}
}
