<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Native;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\UnusableModuleException;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use PHPUnit\Framework\TestCase;
use RuntimeException;

/**
 * How native objects are made.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory
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
			( new NativeFactory( $this->module(), $settings, $connection, $none ) )->dispatcher();
			$this->fail( 'no exception' );
		} catch ( RuntimeException $e ) {
			$this->assertSame( [], array_column( $e->getTrace(), 'args' ) );
			$this->assertNotSame( [], array_column( self::failure( 'no secret' )->getTrace(), 'args' ) );
		} finally {
			ini_set( 'zend.exception_ignore_args', (string)$before );
		}
	}

	public function test_a_process_has_one_of_each(): void {
		$settings = $this->createMock( WikiSettings::class );
		$settings->expects( $this->once() )->method( 'forNative' )->willReturn( [] );
		$settings->expects( $this->once() )->method( 'forGate' )->willReturn( [] );
		$connection = $this->createMock( RepoConnection::class );
		$native = new NativeFactory( $this->module(), $settings, $connection, static fn (): array => [] );
		$this->assertSame( $native->dispatcher(), $native->dispatcher() );
		$this->assertSame( $native->gate(), $native->gate() );
	}

	public function test_without_a_module_it_says_so_and_does_not_look_at_settings_or_connections(): void {
		$settings = $this->createMock( WikiSettings::class );
		$settings->expects( $this->never() )->method( $this->anything() );
		$connection = $this->createMock( RepoConnection::class );
		$connection->expects( $this->never() )->method( $this->anything() );
		$native = new NativeFactory( new Module( '0.1.0', '' ), $settings, $connection, static fn (): array => [] );
		$this->assertFalse( $native->isUsable() );
		foreach ( [ $native->dispatcher( ... ), $native->gate( ... ) ] as $make ) {
			try {
				$make();
				$this->fail( 'it was made of nothing' );
			} catch ( UnusableModuleException $e ) {
				$this->assertStringContainsString( 'wikibase_dispatch', $e->getMessage() );
			}
		}
	}

	private function module(): Module {
		return new Module( '0.1.0', '0.1.0' );
	}

	private static function failure( string $argument ): RuntimeException {
		return new RuntimeException( 'failed, but not because of ' . strlen( $argument ) . ' bytes' );
	}
}
