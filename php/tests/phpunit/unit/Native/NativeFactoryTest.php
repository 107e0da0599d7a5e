<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Native;

use MediaWiki\Extension\WikibaseDispatch\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use PHPUnit\Framework\TestCase;
use RuntimeException;

/**
 * How native objects are made.
 */
class NativeFactoryTest extends TestCase {

	public function test_an_exception_on_the_way_carries_no_arguments_and_later_ones_do_again(): void {
		$before = ini_set( 'zend.exception_ignore_args', '0' );
		$connection = $this->createMock( RepoConnection::class );
		$connection->method( 'describe' )->willReturnCallback( static function (): array {
			throw self::failure( 'correct horse' );
		} );
		try {
			$settings = $this->createMock( WikiSettings::class );
			$none = static fn (): array => [];
			( new NativeFactory( $settings, $connection, $none, $none ) )->dispatcher();
			$this->fail( 'no exception' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( [], array_column( $e->getTrace(), 'args' ) );
			$this->assertNotSame( [], array_column( self::failure( 'no secret' )->getTrace(), 'args' ) );
		} finally {
			ini_set( 'zend.exception_ignore_args', (string)$before );
		}
	}

	public function test_g1_a_process_hears_of_a_client_that_begins_to_leave_after_it_has_begun(): void {
		$told = $leaving = [];
		$settings = $this->createMock( WikiSettings::class );
		$settings->method( 'forNative' )->willReturnCallback( static function ( array $leaving ) use ( &$told ): array {
			$told[] = $leaving;
			return [];
		} );
		$connection = $this->createMock( RepoConnection::class );
		$none = static fn (): array => [];
		$native = new NativeFactory( $settings, $connection, $none, static function () use ( &$leaving ): array {
			return $leaving;
		} );
		$before = $native->dispatcher();
		$native->learnWhoLeaves();
		$this->assertSame( $before, $native->dispatcher(), 'a connection is kept' );
		$leaving = [ 'dewiki' ];
		$native->learnWhoLeaves();
		$this->assertNotSame( $before, $native->dispatcher() );
		$this->assertSame( [ [], [ 'dewiki' ] ], $told );
	}

	private static function failure( string $argument ): RuntimeException {
		return new RuntimeException( 'failed, but not because of ' . strlen( $argument ) . ' bytes' );
	}
}
