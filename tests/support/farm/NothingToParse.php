<?php
/**
 * Core's job that parses a page again, for a farm whose pages are rows without text: MediaWiki 1.39 would call it a
 * failure that there is no revision, and try again for hours.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchFarm;

use RefreshLinksJob;

class NothingToParse extends RefreshLinksJob {

	/** @inheritDoc */
	public function run() {
		return true;
	}
}
