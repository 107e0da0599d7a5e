<?php
/**
 * One way to bring a backlog to the clients, or a part of it to compare with.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Contenders;

use WikibaseDispatchBench\Farm\SavedFarm;

abstract class Contender {

	/** Short and unique: names it in the results. */
	abstract public function name(): string;

	/** Whether every change that is due has to be in the clients' queues in the end. */
	public function delivers(): bool {
		return true;
	}

	/**
	 * Settings of the extension.
	 *
	 * @return array<string,mixed>
	 */
	public function settings(): array {
		return [];
	}

	/**
	 * What mediawiki/LocalSettings.php reads.
	 *
	 * @return array<string,mixed>
	 */
	public function bench(): array {
		return [];
	}

	/** What happens before the measuring begins. */
	public function start( SavedFarm $farm ): void {
	}

	/**
	 * The processes to measure, one after the other; the next is asked for when the last has ended.
	 *
	 * @param SavedFarm $farm
	 * @param string $result file that a process may write further measures to
	 * @return iterable<list<string>> command lines
	 */
	abstract public function processes( SavedFarm $farm, string $result ): iterable;
}
