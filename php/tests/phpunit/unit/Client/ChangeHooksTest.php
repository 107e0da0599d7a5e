<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Client;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Client\ChangeHooks;
use MediaWiki\HookContainer\HookContainer;
use PHPUnit\Framework\TestCase;
use WikibaseDispatch\ClientUpdate;

/**
 * Wikibase's hooks are honoured where it is installed.
 */
class ChangeHooksTest extends TestCase {

	/** @var list<list<int>> */
	private array $leftOut = [];
	/** @var list<array{0:string,1:mixed}> */
	private array $heard = [];

	public function test_a_change_that_a_handler_has_dealt_with_is_left_out(): void {
		$this->runHooks( [ 'WikibaseHandleChange' => static fn ( $change ) => $change->id !== 'Q2' ] );
		$this->assertSame( [ [ 1 ] ], $this->leftOut );
		$this->assertSame( [ 'Q1', 'Q2' ], array_map( static fn ( $heard ) => $heard[1]->id, $this->heard ) );
	}

	public function test_all_are_left_out_where_a_handler_has_dealt_with_all(): void {
		$this->runHooks( [
			'WikibaseHandleChanges' => static fn () => false,
			'WikibaseHandleChange' => static fn () => true,
		] );
		$this->assertSame( [ [ 0, 1 ] ], $this->leftOut );
		$this->assertSame( [ 'WikibaseHandleChanges' ], array_column( $this->heard, 0 ) );
	}

	public function test_without_wikibase_or_without_handlers_no_change_is_made(): void {
		$this->runHooksWith( [], fn () => $this->fail( 'made' ) );
		$this->runHooksWith( [ 'WikibaseHandleChange' => static fn () => true ], null );
		$this->assertSame( [], $this->heard );
	}

	/**
	 * @param array<string,callable> $handlers
	 */
	private function runHooks( array $handlers ): void {
		$this->runHooksWith( $handlers, static fn ( array $fields ) => (object)[ 'id' => $fields['object_id'] ] );
	}

	private function runHooksWith( array $handlers, ?Closure $makeChange ): void {
		$update = $this->createMock( ClientUpdate::class );
		$update->method( 'changes' )->willReturn( [ [ 'object_id' => 'Q1' ], [ 'object_id' => 'Q2' ] ] );
		$update->method( 'leaveOut' )->willReturnCallback( function ( array $places ): void {
			$this->leftOut[] = $places;
		} );
		$hooks = $this->createMock( HookContainer::class );
		$hooks->method( 'isRegistered' )->willReturnCallback( static fn ( $name ) => isset( $handlers[$name] ) );
		$hooks->method( 'run' )->willReturnCallback( function ( $name, array $arguments ) use ( $handlers ) {
			$this->heard[] = [ $name, $arguments[0] ];
			return $handlers[$name]( ...$arguments );
		} );
		( new ChangeHooks( $hooks, $makeChange ) )->run( $update );
	}
}
