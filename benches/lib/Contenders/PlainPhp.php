<?php
/**
 * The plain per-client algorithm in PHP: see mediawiki/PlainDispatcher.php.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Contenders;

use WikibaseDispatchBench\Farm\Farm;

class PlainPhp implements Contender {

	/**
	 * @inheritDoc
	 */
	public function name(): string {
		return 'plain PHP';
	}

	/**
	 * @inheritDoc
	 */
	public function delivers(): bool {
		return true;
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
		yield $farm->script( 'PlainDispatcher' );
	}
}
