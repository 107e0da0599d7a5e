<?php
/**
 * When notifications reach the queues of the clients, noted by the queue's own server at the moment of the push.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Arrivals;

use WikibaseDispatchBench\Farm\SavedFarm;
use WikibaseDispatchBench\Input\Stream;

interface Arrivals {

	/** Name of the queue. */
	public function queue(): string;

	/**
	 * What mediawiki/LocalSettings.php reads.
	 *
	 * @return array<string,mixed>
	 */
	public function bench( SavedFarm $farm ): array;

	/** Begins to take notes; the farm is ready. */
	public function start( SavedFarm $farm, Stream $stream ): void;

	/**
	 * What has arrived so far.
	 *
	 * @return iterable<array{client:string,at:float,changes:list<int>}> a notification each; those of a client in order
	 */
	public function all(): iterable;

	/** Ends what was started. */
	public function stop(): void;
}
