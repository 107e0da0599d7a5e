<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use RuntimeException;

/**
 * What an admin asks for a client cannot be done; the message says why, and what can be done instead.
 */
class RefusedException extends RuntimeException {

	public static function unknownClient( string $siteId ): self {
		return new self(
			"There is no client '$siteId'. Use a site ID of localClientDatabases; a client that was just added " .
			'has to wait for the next dispatch job.'
		);
	}

	public static function ofWikibase( string $siteId ): self {
		return new self( "The rollout of '$siteId' is 'off', so Wikibase's own dispatching serves it." );
	}

	public static function notDisabled( string $siteId ): self {
		return new self( "'$siteId' is not disabled. To set back an enabled client, use SeekClient.php." );
	}

	public static function disabled( string $siteId ): self {
		return new self( "'$siteId' is disabled. To enable it, use EnableClient.php." );
	}

	public static function beyondHorizon( string $siteId, int $to, int $horizon ): self {
		return new self( "Cannot set '$siteId' to change $to: no change after $horizon can be dispatched yet." );
	}

	public static function wouldSkip( SeekPlan $plan ): self {
		return new self(
			"'{$plan->siteId}' would never receive {$plan->relevant} of the {$plan->changes} changes after " .
			"{$plan->from} and up to {$plan->to}. If you mean that, add --skip."
		);
	}

	public static function movedMeanwhile( SeekPlan $plan ): self {
		return new self(
			"'{$plan->siteId}' is no longer at change {$plan->from}: another process has moved it. Nothing was changed."
		);
	}
}
