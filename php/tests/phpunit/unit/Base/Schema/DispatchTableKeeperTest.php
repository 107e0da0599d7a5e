<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Schema;

use MediaWiki\Extension\WikibaseDispatch\Base\Schema\DispatchTableKeeper;
use MediaWiki\Installer\DatabaseUpdater;
use PHPUnit\Framework\TestCase;
use ReflectionProperty;
use RuntimeException;

/**
 * The dispatch states survive an update of Wikibase, which would drop their table.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Schema\DispatchTableKeeper
 */
class DispatchTableKeeperTest extends TestCase {

	private const LOADED = [ 'WikibaseRepository', 'WikibaseClient', 'WikibaseDispatch' ];

	public function test_wikibases_drop_of_the_table_is_taken_back(): void {
		$updater = $this->updater();
		$updater->addExtensionTable( 'wb_changes', 'a.sql' );
		$updater->dropExtensionTable( 'wb_changes_dispatch' );
		$updater->dropExtensionTable( 'wb_other' );
		DispatchTableKeeper::keep( $updater, self::LOADED );
		$updates = ( new ReflectionProperty( DatabaseUpdater::class, 'extensionUpdates' ) )->getValue( $updater );
		$this->assertSame( [ 'wb_changes', 'wb_other' ], array_column( $updates, 1 ) );
	}

	public function test_it_is_said_that_wikibase_has_to_be_loaded_before(): void {
		$this->expectException( RuntimeException::class );
		$this->expectExceptionMessage( 'load WikibaseDispatch after Wikibase' );
		DispatchTableKeeper::keep( $this->updater(), array_reverse( self::LOADED ) );
	}

	public function test_on_a_client_the_order_does_not_matter(): void {
		DispatchTableKeeper::keep( $this->updater(), [ 'WikibaseDispatch', 'WikibaseClient' ] );
		$this->addToAssertionCount( 1 );
	}

	private function updater(): DatabaseUpdater {
		return $this->getMockBuilder( DatabaseUpdater::class )
			->disableOriginalConstructor()
			->onlyMethods( [] )
			->getMockForAbstractClass();
	}
}
