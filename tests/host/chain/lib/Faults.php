<?php
/**
 * What goes wrong in a chain.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

interface Faults {

	/**
	 * @return array<string,callable> what happens => the case, which returns when everything was handled
	 */
	public function cases(): array;

	/**
	 * @return array<string,int> what must not be there, and how often it is
	 */
	public function complaints(): array;
}
