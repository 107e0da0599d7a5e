<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\VersionNote;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusDocument;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\ClientChoice;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Line;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\PlainText;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusText;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusWatch;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StopSignal;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Style;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Terminal;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;
use RuntimeException;

require_once __DIR__ . '/RepoScript.php';

/**
 * Shows the status to an admin, and to monitoring by its exit code.
 */
class ShowStatus extends RepoScript {

	/** Of a monitoring plugin: unknown. */
	protected const REFUSED = 3;

	/** Seconds between two looks. */
	private const REFRESH = 2;

	public function __construct() {
		parent::__construct();
		$this->describe(
			'Shows whether dispatching is healthy, and how far each client is. Exit codes are those of monitoring ' .
			'plugins: 0 healthy, 1 lagging, 2 stuck, 3 unknown.'
		);
		$this->addOption( 'watch', 'Refresh every two seconds, until Ctrl-C' );
		$this->addOption( 'json', 'Print a JSON document on one line (see docs/monitoring.md)' );
		$this->addOption( 'problems', 'Show only clients that are stuck, fail or cannot be served' );
		$this->addOption( 'condition', 'Show only clients in this condition (docs/troubleshooting.md)', false, true );
		$this->addOption( 'limit', 'Show at most so many clients, those furthest behind first', false, true );
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$choice = $this->choice();
		$terminal = $this->terminal();
		$reader = WikibaseDispatchServices::statusReader( $services );
		if ( $this->hasOption( 'watch' ) ) {
			$stop = new StopSignal();
			$stop->watch();
			$watch = new StatusWatch( $reader, $services->getDBLoadBalancerFactory(), sleep( ... ) );
			$status = $watch->watch(
				self::REFRESH,
				fn ( FarmStatus $status, ?RuntimeException $failure ) =>
					$this->show( $terminal, $status, $choice, $failure ),
				$stop->isReceived( ... )
			);
		} else {
			$status = $reader->read();
			if ( $this->hasOption( 'json' ) ) {
				$this->output( self::json( $status, $choice ) . "\n" );
			} else {
				$terminal->lines( $this->text()->lines( $status, $choice ) );
				$versions = PlainText::inEnglish()->paragraph( VersionNote::of( FoundVersions::here() ) );
				$terminal->lines( [ new Line( '' ), new Line( $versions ) ] );
			}
		}
		$this->end( $status );
	}

	private function choice(): ClientChoice {
		$condition = $this->getOption( 'condition' );
		if ( $condition !== null && !in_array( $condition, StatusDocument::CONDITIONS, true ) ) {
			$all = implode( ', ', StatusDocument::CONDITIONS );
			$this->fatalError( "--condition takes one of these, not '$condition': $all.", self::REFUSED );
		}
		$limit = $this->getOption( 'limit' );
		if ( $limit !== null && !preg_match( '/^[1-9]\d{0,8}$/D', $limit ) ) {
			$this->fatalError( "--limit takes a number of clients, not '$limit'.", self::REFUSED );
		}
		return new ClientChoice( $this->hasOption( 'problems' ), $condition, $limit === null ? null : (int)$limit );
	}

	private function show(
		Terminal $terminal, FarmStatus $status, ClientChoice $choice, ?RuntimeException $failure
	): void {
		$error = $failure === null ? null : 'Cannot read the status: ' . explode( "\n", $failure->getMessage(), 2 )[0];
		if ( $this->hasOption( 'json' ) ) {
			if ( $error === null ) {
				$terminal->lines( [ new Line( self::json( $status, $choice ) ) ] );
			} else {
				$this->error( $error );
			}
			return;
		}
		$above = $error === null ? [] : [ new Line( $error, Style::Bad ), new Line( 'What was read last:' ) ];
		$size = $terminal->isWatched() ? [ $terminal->rows() - count( $above ), $terminal->columns() ] : [];
		$terminal->page( [ ...$above, ...$this->text()->lines( $status, $choice, ...$size ) ] );
	}

	private function text(): StatusText {
		return new StatusText( PlainText::inEnglish() );
	}

	private static function json( FarmStatus $status, ClientChoice $choice ): string {
		$document = StatusDocument::farm( $status ) + [
			'clients' => array_map( StatusDocument::client( ... ), $choice->shown( $status ) ),
			'versions' => FoundVersions::here()->document(),
		];
		// A map stays one when it is empty.
		$document['reasonparams'] = (object)$document['reasonparams'];
		return json_encode(
			$document,
			JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION
				| JSON_INVALID_UTF8_SUBSTITUTE
		);
	}

	/** @return never */
	private function end( FarmStatus $status ): never {
		exit( match ( $status->health() ) {
			Health::Healthy, Health::Untried => 0,
			Health::Lagging => 1,
			Health::Stuck => 2,
		} );
	}
}

$maintClass = ShowStatus::class;
require_once RUN_MAINTENANCE_IF_MAIN;
