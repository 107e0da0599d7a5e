<?php
/**
 * Maintenance script: makes the pages of a wiki that use entities.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use MediaWiki\WikiMap\WikiMap;

require_once __DIR__ . '/Script.php';

class MakePages extends Script {

	public function execute(): void {
		$wiki = WikiMap::getCurrentWikiId();
		$state = State::read( $this->getOption( 'state' ) );
		$pages = new Pages( $this->api(), new Chance( "{$this->getOption( 'seed' )} pages of $wiki" ) );
		$pages->makeForKinds( $wiki, $wiki === 'enwiki' || $wiki === 'dewiki' ? $state->kinds : [] );
		$pages->makeByChance( $state->items );
	}
}

$maintClass = MakePages::class;
require_once RUN_MAINTENANCE_IF_MAIN;
