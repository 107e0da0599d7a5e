<?php
/**
 * Maintenance script: a page that uses nothing begins to use an entity, in two steps. It says when it has subscribed,
 * and waits until a file is there before it writes the usage; see {@see BeginningPage}.
 */

declare( strict_types = 1 );

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\UsageDatabase;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\SubscriptionDiffs;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTable;
use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\UsageTracker;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class BeginToUse extends Maintenance {

	private const PATIENCE = 60;

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Has a page begin to use an entity' );
		$this->addArg( 'entity', 'Id of the entity' );
		$this->addArg( 'write', 'File to wait for before the usage is written' );
	}

	public function execute(): void {
		$services = MediaWikiServices::getInstance();
		$arrive = function (): void {
			$this->output( "subscribed\n" );
			$deadline = microtime( true ) + self::PATIENCE;
			while ( !file_exists( $this->getArg( 1 ) ) && microtime( true ) < $deadline ) {
				usleep( 5_000 );
			}
		};
		$usages = new class( UsageDatabase::of( $services ), $arrive ) extends UsageTable {

			public function __construct( UsageDatabase $database, private readonly Closure $arrive ) {
				parent::__construct( $database );
			}

			public function change( int $pageId, array $added, array $removed ): void {
				( $this->arrive )();
				parent::change( $pageId, $added, $removed );
			}
		};
		$tracker = new UsageTracker(
			$usages,
			WikibaseDispatchServices::subscriptionKeeper( $services ),
			new SubscriptionDiffs( FoundVersions::module() ),
			WikibaseDispatchServices::jobQueues( $services ),
			new Transactions( $services->getDBLoadBalancerFactory() ),
			WikibaseDispatchServices::logger( $services )
		);
		$tracker->pageUses( 7, [ $this->getArg( 0 ) . '#X' ] );
	}
}

$maintClass = BeginToUse::class;
require_once RUN_MAINTENANCE_IF_MAIN;
