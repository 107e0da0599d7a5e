<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

/**
 * A site as far as linking to it goes.
 */
final class LinkableSite {

	/**
	 * @param list<string> $interwikiIds
	 */
	public function __construct( private readonly array $interwikiIds ) {
	}

	/**
	 * @return list<string>
	 */
	public function getInterwikiIds(): array {
		return $this->interwikiIds;
	}
}
