<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status;

use HashBagOStuff;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingLogger;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Wikimedia\ObjectCache\WANObjectCache;

/**
 * What a host says that does not know how dispatching is.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\RecentStatus
 */
class RecentStatusTest extends TestCase {

	private RecordingLogger $logger;

	protected function setUp(): void {
		$this->logger = new RecordingLogger();
	}

	public function test_without_a_module_it_neither_looks_nor_tells_other_hosts_that_the_status_is_unknown(): void {
		$expected = [ '' => [ 'no-module', '0.1' ], '0.2.3' => [ 'other-module', '0.1', '0.2.3' ] ];
		foreach ( $expected as $version => $why ) {
			$reader = $this->createMock( StatusReader::class );
			$reader->expects( $this->never() )->method( 'read' );
			$store = new HashBagOStuff();
			$status = $this->status( new Module( '0.1.0', (string)$version ), $reader, $store );
			$this->assertNull( $status->get() );
			$this->assertSame( $why, $status->whyUnknown() );
			$this->assertSame( [], $this->logger->records );
		}
	}

	public function test_it_names_a_database_that_cannot_be_opened(): void {
		$status = $this->status( $this->module(), $this->failing(), new HashBagOStuff(), 'postgres' );
		$this->assertNull( $status->get() );
		$this->assertSame( [ 'unsupported-database', 'postgres' ], $status->whyUnknown() );
	}

	public function test_of_everything_else_only_the_log_says_why(): void {
		$status = $this->status( $this->module(), $this->failing(), new HashBagOStuff() );
		$this->assertNull( $status->get() );
		$this->assertSame( [ 'unreadable' ], $status->whyUnknown() );
		$this->assertCount( 1, $this->logger->contexts( 'error' ) );
	}

	private function module(): Module {
		return new Module( '0.1.0', '0.1.0' );
	}

	private function failing(): StatusReader {
		$reader = $this->createMock( StatusReader::class );
		$reader->method( 'read' )->willThrowException( new RuntimeException( 'no database' ) );
		return $reader;
	}

	private function status(
		Module $module, StatusReader $reader, HashBagOStuff $store, ?string $unsupported = null
	): RecentStatus {
		$connection = $this->createMock( RepoConnection::class );
		$connection->method( 'unsupportedType' )->willReturn( $unsupported );
		// Asked for first, so that it is known by its present name, too.
		class_exists( WANObjectCache::class );
		return new RecentStatus(
			$module, $connection, $reader, new WANObjectCache( [ 'cache' => $store ] ), $this->logger
		);
	}
}
