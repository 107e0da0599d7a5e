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
			"there is no client '$siteId': it is named by its site id, as localClientDatabases has it, and the first " .
			'trigger after it was configured gives it a dispatch state'
		);
	}

	public static function ofWikibase( string $siteId ): self {
		return new self( "the rollout of '$siteId' is 'off': Wikibase's own dispatching serves it, and we do not" );
	}

	public static function notDisabled( string $siteId ): self {
		return new self( "'$siteId' is not disabled (SeekClient.php sets where a client is that is enabled)" );
	}

	public static function disabled( string $siteId ): self {
		return new self( "'$siteId' is disabled (EnableClient.php has it served again)" );
	}

	public static function beyondHorizon( string $siteId, int $to, int $horizon ): self {
		return new self( "cannot set '$siteId' to change $to: nothing behind $horizon can be dispatched yet" );
	}

	public static function wouldSkip( SeekPlan $plan ): self {
		return new self(
			"'{$plan->siteId}' would never hear of {$plan->relevant} of the {$plan->changes} changes after " .
			"{$plan->from} and up to {$plan->to}. If that is meant, say --skip."
		);
	}

	public static function movedMeanwhile( SeekPlan $plan ): self {
		return new self(
			"'{$plan->siteId}' is not at {$plan->from} any more: somebody has moved it meanwhile. Nothing was changed."
		);
	}
}
