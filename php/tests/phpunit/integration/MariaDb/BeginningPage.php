<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use RuntimeException;

/**
 * A page of the repo that begins to use an entity, in a process of its own, step by step.
 */
final class BeginningPage {

	private const PATIENCE = 30;

	private readonly string $subscribed;
	private readonly string $write;

	/** @var resource|null */
	private $process = null;

	public function __construct( private readonly Farm $farm, private readonly string $entity ) {
		$this->subscribed = "{$farm->folder}/tmp/subscribed";
		$this->write = "{$farm->folder}/tmp/write";
	}

	/** The wiki is subscribed when this returns, and the usage is not yet written. */
	public function start(): void {
		$this->removeFiles();
		$log = [ 'file', $this->farm->logFile(), 'a' ];
		$this->process = proc_open(
			[
				"{$this->farm->folder}/mw", Farm::REPO, __DIR__ . '/BeginToUse.php',
				$this->entity, $this->subscribed, $this->write,
			],
			[ [ 'file', '/dev/null', 'r' ], $log, $log ],
			$pipes,
			null,
			array_diff_key( getenv(), [ 'FARM_WIKI' => true ] )
		);
		$this->await( 'subscribe', fn () => file_exists( $this->subscribed ) );
	}

	/** The usage is committed when this returns. */
	public function write(): void {
		touch( $this->write );
		$db = $this->farm->databases()->connect( Farm::REPO );
		$this->await( 'write', static fn () =>
			(int)$db->query( 'SELECT COUNT(*) FROM wbc_entity_usage' )->fetchColumn() > 0 );
	}

	/** It stands before a row that somebody else holds. */
	public function awaitWaiting(): void {
		$db = $this->farm->databases()->connect( Farm::REPO );
		$this->await( 'wait', static fn () => (int)$db->query(
			"SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'"
		)->fetchColumn() > 0 );
	}

	public function awaitEnd(): void {
		$this->await( 'end', fn () => !proc_get_status( $this->process )['running'] );
	}

	public function stop(): void {
		touch( $this->write );
		if ( $this->process !== null ) {
			proc_close( $this->process );
			$this->process = null;
		}
		$this->removeFiles();
	}

	private function removeFiles(): void {
		foreach ( [ $this->subscribed, $this->write ] as $file ) {
			if ( file_exists( $file ) ) {
				unlink( $file );
			}
		}
	}

	private function await( string $what, callable $isSo ): void {
		$deadline = microtime( true ) + self::PATIENCE;
		while ( !$isSo() ) {
			if ( microtime( true ) > $deadline ) {
				throw new RuntimeException( "the page does not $what: " . $this->farm->log() );
			}
			usleep( 5_000 );
		}
	}
}
