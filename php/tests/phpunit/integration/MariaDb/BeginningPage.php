<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;
use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\RunningCommand;
use RuntimeException;

/**
 * A page of the repo that begins to use an entity, in a process of its own, step by step.
 */
final class BeginningPage {

	private const PATIENCE = 30;

	/** As soon as it is there, the usage is written. */
	private readonly string $signal;
	private ?RunningCommand $process = null;

	public function __construct( private readonly Farm $farm, private readonly string $entity ) {
		$this->signal = "{$farm->folder}/tmp/write-usage";
	}

	/** The wiki is subscribed when this returns, and the usage is not yet written. */
	public function start(): void {
		$this->process = $this->farm->begin( Farm::REPO, __DIR__ . '/BeginToUse.php', $this->entity, $this->signal );
		$this->process->waitFor( "subscribed\n" );
	}

	/** The usage is committed when this returns. */
	public function write(): void {
		touch( $this->signal );
		$this->await( 'write', 'SELECT COUNT(*) FROM wbc_entity_usage' );
	}

	/** It stands before a row that somebody else holds. */
	public function awaitWaiting(): void {
		$this->await( 'wait', "SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'" );
	}

	public function awaitEnd(): void {
		$result = $this->process?->result();
		$this->process = null;
		if ( $result && $result->status !== 0 ) {
			throw new RuntimeException( "the page has failed: {$result->output}" );
		}
	}

	/** Whatever has become of the test. */
	public function stop(): void {
		touch( $this->signal );
		$this->awaitEnd();
		unlink( $this->signal );
	}

	private function await( string $what, string $count ): void {
		$db = $this->farm->databases->connect( Farm::REPO );
		$deadline = microtime( true ) + self::PATIENCE;
		while ( (int)$db->query( $count )->fetchColumn() === 0 ) {
			if ( microtime( true ) > $deadline ) {
				throw new RuntimeException( "the page does not $what" );
			}
			usleep( 5_000 );
		}
	}
}
