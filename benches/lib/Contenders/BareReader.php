<?php
/**
 * The floor: reads the rows that dispatching needs, once, and does nothing with them. See bare_reader.rs.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Contenders;

use WikibaseDispatchBench\Farm\Farm;

class BareReader implements Contender {

	/**
	 * @param string $program compiled
	 */
	public function __construct( private readonly string $program ) {
	}

	/**
	 * @inheritDoc
	 */
	public function name(): string {
		return 'bare reader';
	}

	/**
	 * @inheritDoc
	 */
	public function delivers(): bool {
		return false;
	}

	/**
	 * @inheritDoc
	 */
	public function settings(): array {
		return [];
	}

	/**
	 * @inheritDoc
	 */
	public function bench(): array {
		return [];
	}

	/**
	 * @inheritDoc
	 */
	public function start( Farm $farm ): void {
	}

	/**
	 * @inheritDoc
	 */
	public function processes( Farm $farm, string $result ): iterable {
		yield [ $this->program, "{$farm->folder}/farm.json", Farm::REPO, $result ];
	}
}
