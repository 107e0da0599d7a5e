<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Manage;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnsupportedDatabaseException;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use Throwable;

/**
 * Why something was not done, for people who have no shell: a message and a code.
 */
final class Refusal {

	private const MESSAGE = 'wikibasedispatch-refused-';

	/**
	 * @param string $code
	 * @param list<string|int> $parameters of the message
	 * @param bool $isExpected whether the message says all that there is to know; the log has the rest otherwise
	 */
	private function __construct(
		private readonly string $code, private readonly array $parameters, public readonly bool $isExpected
	) {
	}

	public static function of( Throwable $e ): self {
		return match ( true ) {
			$e instanceof RefusedException => new self( $e->refusal, $e->parameters, true ),
			$e instanceof UnusableModuleException => new self( 'no-module', [], true ),
			$e instanceof UnsupportedDatabaseException => new self( 'unsupported-database', [], true ),
			default => new self( 'failed', [], false ),
		};
	}

	/**
	 * @return non-empty-list<string|int> the message with its parameters, which may be parsed: what somebody has
	 *   written is shown as it is
	 */
	public function message(): array {
		// Messages: wikibasedispatch-refused-beyond-horizon, wikibasedispatch-refused-client-claimed,
		// wikibasedispatch-refused-client-disabled, wikibasedispatch-refused-client-of-wikibase,
		// wikibasedispatch-refused-failed, wikibasedispatch-refused-loads-no-extension,
		// wikibasedispatch-refused-misconfigured, wikibasedispatch-refused-moved-meanwhile,
		// wikibasedispatch-refused-no-module,
		// wikibasedispatch-refused-no-rebuild-table, wikibasedispatch-refused-not-disabled,
		// wikibasedispatch-refused-not-set-aside, wikibasedispatch-refused-read-only,
		// wikibasedispatch-refused-set-aside-is-gone, wikibasedispatch-refused-unknown-client,
		// wikibasedispatch-refused-unsupported-database, wikibasedispatch-refused-would-skip
		return [ self::MESSAGE . $this->code, ...array_map(
			static fn ( string|int $parameter ) => is_int( $parameter ) ? $parameter : wfEscapeWikiText( $parameter ),
			$this->parameters
		) ];
	}

	/** As the API has codes. */
	public function apiCode(): string {
		return str_replace( '-', '', $this->code );
	}
}
