<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\FoundVersions;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection;
use WikibaseDispatch\InvalidConnectionException;

/**
 * The database's password must not appear where an exception is logged or shown (G13).
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Native\RepoConnection
 */
class PasswordTest extends FarmTestCase {

	private const SECRET = 'correct-horse-battery';

	public function test_a_description_that_native_code_refuses_is_not_in_the_trace(): void {
		$before = ini_set( 'zend.exception_ignore_args', '0' );
		$connection = $this->createMock( RepoConnection::class );
		$connection->method( 'describe' )->willReturn( [ 'driver' => 'no such driver', 'password' => self::SECRET ] );
		try {
			$none = static fn (): array => [];
			( new NativeFactory( FoundVersions::module(), $this->settings(), $connection, $none ) )->dispatcher();
			$this->fail( 'no exception' );
		} catch ( InvalidConnectionException $e ) {
			$this->assertStringNotContainsString( self::SECRET, $e->getMessage() );
			$this->assertStringNotContainsString( self::SECRET, print_r( $e->getTrace(), true ) );
		} finally {
			ini_set( 'zend.exception_ignore_args', (string)$before );
		}
	}
}
