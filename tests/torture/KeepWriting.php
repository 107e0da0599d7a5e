<?php
/**
 * Maintenance script of a farm's repo: keeps writing changes into the change buffer until a file appears, as a busy
 * wiki does. Several transactions are open at once; they commit in another order than that of their ids, and some are
 * rolled back (G7). (On SQLite, which has one writer, there is one at a time.) After each commit it tells us.
 *
 * The real changes are written again and again: see WrittenChanges.
 */

declare( strict_types = 1 );

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\MediaWikiServices;
use WikibaseDispatchTests\Farm;
use WikibaseDispatchTests\WrittenChanges;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';
require_once __DIR__ . '/../support/lib/autoload.php';

class KeepWriting extends Maintenance {

	private const AT_ONCE = 4;
	private const CHANGES_PER_TRANSACTION = 3;
	/** One transaction in so many is rolled back. */
	private const ROLLBACK = 6;
	/** Waits while a client is so many ids behind: the test is to end. */
	private const LIMIT_BEHIND = 600;

	private Farm $farm;
	private WrittenChanges $written;
	/** Changes a minute; null: as many as the clients can take. */
	private ?int $rate;
	/** When the next changes are due, where there is a rate: Unix time. */
	private float $due;
	/** @var list<PDO> without a transaction */
	private array $idle = [];
	/** @var list<array{PDO,list<array<string,?string>>}> with a transaction, and the changes that it has written */
	private array $open = [];

	public function __construct() {
		parent::__construct();
		$this->addDescription( 'Keeps writing changes until a file appears' );
		$this->addOption( 'farm', 'Folder of the farm', true, true );
		$this->addOption( 'until', 'The file', true, true );
		$this->addOption( 'seed', 'Of the random numbers', true, true );
		$this->addOption( 'rate', 'Changes a minute, whether the clients can follow or not; any may be the first',
			false, true );
		$this->addOption( 'crowd', 'After each commit, push a job for some client, whether it has one or not' );
	}

	public function execute(): void {
		$this->farm = new Farm( $this->getOption( 'farm' ) );
		$this->written = new WrittenChanges( $this->farm );
		mt_srand( (int)$this->getOption( 'seed' ) );
		$this->rate = $this->hasOption( 'rate' ) ? (int)$this->getOption( 'rate' ) : null;
		$this->due = microtime( true );
		for ( $i = 0; $i < ( $this->farm->databases->isMariaDb ? self::AT_ONCE : 1 ); $i++ ) {
			$this->idle[] = $this->farm->databases->connect( $this->farm->repo );
		}
		foreach ( WrittenChanges::rows( fromAny: $this->rate !== null ) as $row ) {
			if ( !isset( $batch ) ) {
				$batch = [];
				$size = mt_rand( 1, self::CHANGES_PER_TRANSACTION );
			}
			$batch[] = $row;
			if ( count( $batch ) < $size ) {
				continue;
			}
			$this->begin( $batch );
			unset( $batch );
			$this->keepToRate( $size );
			while ( !$this->idle || ( $this->open && mt_rand( 0, 1 ) ) ) {
				usleep( mt_rand( 0, 20_000 ) );
				$this->endOne();
			}
			if ( is_file( $this->getOption( 'until' ) ) ) {
				break;
			}
			if ( $this->rate === null ) {
				$this->waitForClients();
			}
		}
		while ( $this->open ) {
			$this->endOne();
		}
	}

	/**
	 * @param list<array<string,?string>> $changes
	 */
	private function begin( array $changes ): void {
		$db = array_pop( $this->idle );
		$db->beginTransaction();
		$this->written->write( $db, $changes );
		$this->open[] = [ $db, $changes ];
	}

	private function endOne(): void {
		[ [ $db, $changes ] ] = array_splice( $this->open, mt_rand( 0, count( $this->open ) - 1 ), 1 );
		$this->idle[] = $db;
		if ( mt_rand( 1, self::ROLLBACK ) === 1 ) {
			$db->rollBack();
			$this->written->noteRolledBack( $db, $changes );
			return;
		}
		$db->commit();
		MediaWikiServices::getInstance()->getService( 'WikibaseDispatch.Edits' )
			->changesWritten( count( $changes ) );
		if ( $this->hasOption( 'crowd' ) ) {
			$client = $this->farm->wikis[mt_rand( 0, count( $this->farm->wikis ) - 1 )];
			MediaWikiServices::getInstance()->getJobQueueGroup()->push( Jobs::ofNative(
				[ 'type' => Jobs::CLIENT, 'params' => [ 'siteId' => $client ], 'delay' => 0 ]
			) );
		}
	}

	/** What a wait for the server has cost is not made up for: no wiki's editors would. */
	private function keepToRate( int $changes ): void {
		if ( $this->rate === null ) {
			return;
		}
		$now = microtime( true );
		$this->due = max( $this->due + $changes * 60 / $this->rate, $now - 1 );
		if ( $this->due > $now ) {
			usleep( (int)( ( $this->due - $now ) * 1e6 ) );
		}
	}

	private function waitForClients(): void {
		$until = $this->getOption( 'until' );
		while ( !is_file( $until ) && $this->farm->lastChange() - $this->farm->leastSeen() > self::LIMIT_BEHIND ) {
			// Nothing of our own may be what they wait for.
			while ( $this->open ) {
				$this->endOne();
			}
			$jobs = $this->farm->jobs( $this->farm->repo );
			if ( !$jobs['ready'] && !$jobs['claimed'] ) {
				// The queue has given up jobs on which three runners have died. They wait for the next edit: this one.
				return;
			}
			usleep( 50_000 );
		}
	}
}

$maintClass = KeepWriting::class;
require_once RUN_MAINTENANCE_IF_MAIN;
