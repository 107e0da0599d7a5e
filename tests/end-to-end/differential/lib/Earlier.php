<?php
/**
 * What one round of the comparison has to know of those before it.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential;

class Earlier {

	/** @var array<string,string> wiki and key of rows => what they were when they were last compared */
	public array $settled = [];
	/** @var array<string,array<string,true>> wiki => pages that one farm alone has parsed in some round */
	public array $apart = [];
	/** The last change that was dispatched. */
	public int $lastChange = 0;
}
