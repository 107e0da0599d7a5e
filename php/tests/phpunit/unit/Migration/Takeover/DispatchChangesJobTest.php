<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Migration\Takeover;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\Interpreter;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\DispatchChangesJob;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\EditAnnouncer;
use MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\WikibaseJobs;
use MediaWiki\JobQueue\Job;
use PHPUnit\Framework\TestCase;
use RuntimeException;

/**
 * Wikibase's job on a host without the native module: it takes none to serve the clients that are Wikibase's.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Migration\Takeover\DispatchChangesJob
 */
class DispatchChangesJobTest extends TestCase {

	private const PARAMS = [ 'entityId' => 'Q1' ];

	public function test_g1_it_is_run_and_a_trigger_follows(): void {
		$this->assertTrue( $this->job( static fn () => true )->run() );
		$this->assertFalse( $this->job( static fn () => false )->run() );
	}

	public function test_g1_a_trigger_follows_also_if_it_fails_as_an_edit_may_have_announced_nothing(): void {
		$this->expectExceptionMessage( 'the queue of enwiki is down' );
		$this->job( static function () {
			throw new RuntimeException( 'the queue of enwiki is down' );
		} )->run();
	}

	private function job( callable $run ): DispatchChangesJob {
		$native = $this->createMock( NativeFactory::class );
		$native->method( 'isUsable' )->willReturn( false );
		$native->expects( $this->never() )->method( 'dispatcher' );
		class_exists( Job::class );
		$wikibase = $this->createMock( Job::class );
		$wikibase->expects( $this->once() )->method( 'run' )->willReturnCallback( $run );
		$jobs = $this->createMock( WikibaseJobs::class );
		$jobs->method( 'forItsOwnClients' )
			->with( $this->callback( static fn ( array $params ) => $params['entityId'] === self::PARAMS['entityId'] ) )
			->willReturn( $wikibase );
		$announcer = $this->createMock( EditAnnouncer::class );
		$announcer->expects( $this->once() )->method( 'announce' )->with( 1 );
		$interpreter = $this->createMock( Interpreter::class );
		return new DispatchChangesJob( self::PARAMS, $native, $interpreter, $jobs, $announcer );
	}
}
