<?php
/**
 * This project with the pushes to clients left out, MediaWiki's start not counted: native code, and the PHP
 * around it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Contenders;

use WikibaseDispatchBench\Farm\SavedFarm;

class WithoutPushes extends Ours {

	/**
	 * @inheritDoc
	 */
	public function name(): string {
		return parent::name() . ', no pushes';
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
	public function bench(): array {
		return [ 'dropNotifications' => true ];
	}

	/**
	 * @inheritDoc
	 */
	public function processes( SavedFarm $farm, string $result ): iterable {
		yield $farm->script( 'WithoutPushes', '--result', $result );
	}
}
