<?php

declare( strict_types = 1 );

namespace WikibaseDispatch;

/**
 * Passes for several clients at once, of which the buffer was read once, and which one statement claimed and another
 * records.
 *
 * Push the notifications of each of {@see passes()} and make sure they are durable; call {@see Pass::abandon()} for
 * one whose queue does not take them; then call {@see finish()}. A group that is dropped unfinished abandons all that
 * is left of it.
 */
class PassGroup {

	/** Only the module makes these. */
	private function __construct() {
	}

	/**
	 * At least one, 64 at most, each for another client.
	 *
	 * @return list<Pass>
	 */
	public function passes(): array {
	}

	/**
	 * Records together that the clients whose notifications were pushed have seen everything up to the ends of their
	 * passes. The passes of others that are still open are released: they were not tried.
	 *
	 * @param list<string> $pushed site ids
	 * @return list<string> site ids of those whose claim was lost meanwhile: nothing has been recorded for them, and
	 *   somebody else does the pass
	 */
	public function finish( array $pushed ): array {
	}
}
