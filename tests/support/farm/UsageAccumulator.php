<?php
/**
 * Stands for the class of Wikibase that adds usages, as of 1.46: what it adds is tracked.
 */

declare( strict_types = 1 );

namespace Wikibase\Client\Usage;

abstract class UsageAccumulator {

	abstract public function addStatementWithQualOrRefUsage(): void;
}
