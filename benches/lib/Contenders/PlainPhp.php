<?php
/**
 * The plain per-client algorithm in PHP: see mediawiki/PlainDispatcher.php.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Contenders;

use WikibaseDispatchBench\Farm\SavedFarm;

class PlainPhp extends Contender {

	/**
	 * @inheritDoc
	 */
	public function name(): string {
		return 'plain PHP';
	}

	/**
	 * @inheritDoc
	 */
	public function processes( SavedFarm $farm, string $result ): iterable {
		yield $farm->script( 'PlainDispatcher' );
	}
}
