<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Maintenance;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\VersionNote;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusDocument;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\PlainText;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusText;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StatusWatch;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\StopSignal;
use MediaWiki\Extension\WikibaseDispatch\Ui\Shell\Terminal;
use MediaWiki\Extension\WikibaseDispatch\WikibaseDispatchServices;
use MediaWiki\MediaWikiServices;

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
		$this->addOption( 'json', 'Print a JSON document on one line (see docs/operating.md)' );
	}

	/**
	 * @inheritDoc
	 */
	protected function run( MediaWikiServices $services ): bool {
		$reader = WikibaseDispatchServices::statusReader( $services );
		if ( $this->hasOption( 'watch' ) ) {
			$stop = new StopSignal();
			$stop->watch();
			$watch = new StatusWatch( $reader, $services->getDBLoadBalancerFactory(), sleep( ... ) );
			$terminal = $this->terminal();
			$status = $watch->watch(
				self::REFRESH, fn ( FarmStatus $status ) => $this->page( $terminal, $status ), $stop->isReceived( ... )
			);
		} else {
			$status = $reader->read();
			$this->output( $this->hasOption( 'json' )
				? self::json( $status ) . "\n"
				: $this->text()->of( $status ) . "\n"
					. PlainText::inEnglish()->paragraph( VersionNote::of( FoundVersions::here() ) ) . "\n" );
		}
		$this->end( $status );
	}

	private function page( Terminal $terminal, FarmStatus $status ): void {
		if ( $this->hasOption( 'json' ) ) {
			$terminal->line( self::json( $status ) );
		} else {
			$size = $terminal->isWatched() ? [ $terminal->rows(), $terminal->columns() ] : [];
			$terminal->page( $this->text()->of( $status, ...$size ) );
		}
	}

	private function text(): StatusText {
		return new StatusText( PlainText::inEnglish() );
	}

	private static function json( FarmStatus $status ): string {
		$document = StatusDocument::of( $status ) + [ 'versions' => FoundVersions::here()->document() ];
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
			Health::Healthy => 0,
			Health::Lagging => 1,
			Health::Stuck => 2,
		} );
	}
}

$maintClass = ShowStatus::class;
require_once RUN_MAINTENANCE_IF_MAIN;
