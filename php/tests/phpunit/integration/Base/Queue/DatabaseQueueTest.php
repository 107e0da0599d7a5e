<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Farm;

/**
 * MediaWiki's own queue, in each wiki's database. It cannot delay jobs.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues
 */
class DatabaseQueueTest extends QueueTestCase {

	protected function configuration(): ?array {
		return null;
	}

	protected function waiting( string $wiki, string $type ): array {
		return $this->jobs( $wiki, $type );
	}

	protected function readyIn( string $wiki ): ?int {
		return $this->farm->database( $wiki )->query( 'SELECT COUNT(*) FROM job' )->fetchColumn() > 0 ? 0 : null;
	}

	protected function runReady( string $wiki ): void {
		$this->runJobs( $wiki );
	}

	protected function loseJobs(): void {
		$this->farm->database( Farm::REPO )->exec( 'DELETE FROM job' );
	}

	protected function moveOn( int $seconds ): void {
		$this->fail( 'this queue cannot have a job whose time has not come' );
	}
}
