<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

/**
 * Is told how {@see CatchUp} gets on.
 */
interface CatchUpObserver {

	/**
	 * @param int $clients that are behind
	 * @param int $pending ids that they have not seen, taken together
	 */
	public function begins( int $clients, int $pending ): void;

	/**
	 * @param int $clients that are still behind
	 * @param int $pending ids that they have not seen yet, taken together
	 */
	public function goesOn( int $clients, int $pending ): void;

	/**
	 * Nothing can be done for a moment.
	 *
	 * @param array<string,string> $reasons site id => why there is no pass for this client yet
	 */
	public function waits( array $reasons ): void;
}
