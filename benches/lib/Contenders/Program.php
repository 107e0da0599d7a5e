<?php
/**
 * A part alone, compiled: the bare reader, or native code without MediaWiki and without pushing. It writes down its own
 * time.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Contenders;

use WikibaseDispatchBench\Farm\SavedFarm;

class Program extends Contender {

	/**
	 * @param string $name
	 * @param string $path
	 */
	public function __construct( private readonly string $name, private readonly string $path ) {
	}

	/**
	 * @inheritDoc
	 */
	public function name(): string {
		return $this->name;
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
	public function processes( SavedFarm $farm, string $result ): iterable {
		yield [ $this->path, "{$farm->folder}/farm.json", SavedFarm::REPO, $result ];
	}
}
