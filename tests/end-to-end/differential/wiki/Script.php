<?php
/**
 * What the scripts of the differential test have in common: each runs in a wiki of a farm, as a maintenance script.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchDifferential\Wiki;

use Maintenance;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';
require_once __DIR__ . '/../../../support/lib/autoload.php';

abstract class Script extends Maintenance {

	/** The accounts that there are on all wikis, but for the second, which only the repo knows. */
	public const USERS = [ 'Alice', 'Only Here', 'Bo B. (2)', "O'Neil", 'Çelik' ];
	public const BOTS = [ 'One Bot', 'Two Bot' ];
	public const TEMPORARY = '~2026-1';
	public const ADDRESS = '192.0.2.44';
	public const WIKIS = [ 'repowiki', 'enwiki', 'dewiki', 'frwiki' ];

	public function __construct() {
		parent::__construct();
		$this->addOption( 'now', 'Unix time', true, true );
		$this->addOption( 'seed', 'What chance depends on', false, true );
		$this->addOption( 'count', 'How many edits', false, true );
		$this->addOption( 'state', 'File that is kept from run to run', true, true );
	}

	protected function api(): Api {
		return new Api( (int)$this->getOption( 'now' ) );
	}
}
