<?php
/**
 * Maintenance script: pages begin and cease to use a few entities, at random and as fast as it goes, until a file is
 * there and for some rounds more. Fails as soon as one of its pages uses what the wiki is not subscribed to.
 */

declare( strict_types = 1 );

use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class FlipUsages extends Maintenance {

	private const PAGES = 3;
	private const ROUNDS_MORE = 50;
	private const ROUNDS = 5000;

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Has pages begin and cease to use entities' );
		$this->addArg( 'first', 'Id of the first page' );
		$this->addArg( 'end', 'File that has it come to an end' );
		$this->addArg( 'entity', 'Ids of entities', true, true );
	}

	public function execute(): void {
		[ $first, $end ] = $this->parameters->getArgs();
		$entities = array_slice( $this->parameters->getArgs(), 2 );
		mt_srand( (int)$first );
		$services = MediaWikiServices::getInstance();
		$tracker = WikibaseDispatchServices::usageTracker( $services );
		$keeper = WikibaseDispatchServices::subscriptionKeeper( $services );
		$used = [];
		for ( $round = 0, $more = self::ROUNDS_MORE; $round < self::ROUNDS && $more > 0; $round++ ) {
			$more -= file_exists( $end ) ? 1 : 0;
			$page = (int)$first + mt_rand( 1, self::PAGES ) - 1;
			$used[$page] = array_values( array_filter( $entities, static fn () => mt_rand( 0, 3 ) === 0 ) );
			$tracker->pageUses( $page, array_map( static fn ( string $entity ) => "$entity#X", $used[$page] ) );
			// What a job would do, at once: the sooner it comes, the closer it is to the other pages.
			$keeper->settle( [ $entities[mt_rand( 0, count( $entities ) - 1 )] ] );
			$lost = array_diff( array_merge( ...$used ), $this->subscribed() );
			if ( $lost !== [] ) {
				$this->fatalError( "round $round: not subscribed to " . implode( ', ', $lost ) );
			}
		}
		$this->output( "$round rounds\n" );
	}

	private function subscribed(): array {
		return WikibaseDispatchServices::repoDatabase( MediaWikiServices::getInstance() )->primary()
			->newSelectQueryBuilder()
			->select( 'cs_entity_id' )
			->from( 'wb_changes_subscription' )
			->where( [ 'cs_subscriber_id' => 'enwiki' ] )
			->caller( __METHOD__ )
			->fetchFieldValues();
	}
}

$maintClass = FlipUsages::class;
require_once RUN_MAINTENANCE_IF_MAIN;
