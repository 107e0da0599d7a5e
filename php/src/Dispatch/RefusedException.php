<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use RuntimeException;
use Throwable;

/**
 * What an admin asks for a client cannot be done; the message says why, and what can be done instead, to somebody at a
 * shell. For others there is a message `wikibasedispatch-refused-` and the code.
 */
class RefusedException extends RuntimeException {

	/**
	 * @param string $refusal a code
	 * @param list<string|int> $parameters of the message with that code
	 * @param string $message
	 * @param Throwable|null $previous
	 */
	private function __construct(
		public readonly string $refusal,
		public readonly array $parameters,
		string $message,
		?Throwable $previous = null
	) {
		parent::__construct( $message, 0, $previous );
	}

	public static function unknownClient( string $siteId ): self {
		return new self(
			'unknown-client',
			[ $siteId ],
			"There is no client '$siteId'. Use a site ID of localClientDatabases; a client that was just added " .
			'has to wait for the next dispatch job.'
		);
	}

	public static function misconfigured( string $siteId, string $why ): self {
		return new self(
			'misconfigured',
			[ $siteId, $why ],
			"'$siteId' cannot be served: $why. Correct localClientDatabases."
		);
	}

	public static function ofWikibase( string $siteId ): self {
		return new self(
			'client-of-wikibase',
			[ $siteId ],
			"The rollout of '$siteId' is 'off', so Wikibase's own dispatching serves it."
		);
	}

	public static function notDisabled( string $siteId ): self {
		return new self(
			'not-disabled',
			[ $siteId ],
			"'$siteId' is not disabled. To set back an enabled client, use SeekClient.php."
		);
	}

	public static function disabled( string $siteId ): self {
		return new self(
			'client-disabled', [ $siteId ], "'$siteId' is disabled. To enable it, use EnableClient.php."
		);
	}

	public static function beyondHorizon( string $siteId, int $to, int $horizon ): self {
		return new self(
			'beyond-horizon',
			[ $siteId, $to, $horizon ],
			"Cannot set '$siteId' to change $to: no change after $horizon can be dispatched yet."
		);
	}

	public static function wouldSkip( SeekPlan $plan ): self {
		return new self(
			'would-skip',
			[ $plan->siteId, $plan->relevant, $plan->changes, $plan->from, $plan->to ],
			"'{$plan->siteId}' would never receive {$plan->relevant} of the {$plan->changes} changes after " .
			"{$plan->from} and up to {$plan->to}. If you mean that, add --skip."
		);
	}

	public static function movedMeanwhile( string $siteId, int $from ): self {
		return new self(
			'moved-meanwhile',
			[ $siteId, $from ],
			"'$siteId' is no longer at change $from: another process has moved it. Nothing was changed."
		);
	}

	public static function claimed( string $siteId, Throwable $why ): self {
		return new self( 'client-claimed', [ $siteId ], $why->getMessage(), $why );
	}

	public static function readOnly( string $reason ): self {
		return new self( 'read-only', [ $reason ], "The wiki is read-only: $reason" );
	}

	public static function loadsNoExtension( string $siteId ): self {
		return new self(
			'loads-no-extension',
			[ $siteId ],
			"'$siteId' has not reported recently that it loads WikibaseDispatch, so nobody there would run the job. " .
			'Load the extension there and run maintenance/update.php.'
		);
	}

	public static function noRebuildTable(): self {
		return new self(
			'no-rebuild-table', [], 'This wiki has no table wb_changes_rebuild. Run maintenance/update.php.'
		);
	}

	public static function notSetAside( string $siteId, int $changeId ): self {
		return new self(
			'not-set-aside', [ $siteId, $changeId ], "Change $changeId is not set aside for '$siteId'."
		);
	}

	public static function setAsideIsGone( string $siteId, int $changeId, string $entity ): self {
		return new self(
			'set-aside-is-gone',
			[ $siteId, $changeId, $entity ],
			"Change $changeId is no longer in the change buffer. Save $entity again, or purge the pages of '$siteId' " .
			'that use it.'
		);
	}
}
