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
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Client\ChangeHooks
 */
class ChangeHooksTest extends TestCase {

	private const ROOT = [ 'rootJobSignature' => 'x', 'rootJobTimestamp' => '20260131120000' ];

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

	public function test_handlers_get_the_parameters_of_the_root_job_as_wikibase_passes_them(): void {
		$heard = [];
		$handler = static function ( $change, $rootJobParams ) use ( &$heard ): bool {
			$heard[] = $rootJobParams;
			return true;
		};
		$this->runHooks( [ 'WikibaseHandleChange' => $handler, 'WikibaseHandleChanges' => $handler ] );
		$this->assertSame( [ self::ROOT, self::ROOT, self::ROOT ], $heard );
	}

	public function test_a_change_that_stands_for_several_has_them_in_its_info(): void {
		$infos = [];
		$this->runHooks( [ 'WikibaseHandleChange' => static function ( $change ) use ( &$infos ): bool {
			$infos[] = $change->info;
			return true;
		} ] );
		$this->assertArrayNotHasKey( 'changes', $infos[0] );
		$this->assertSame( [ 7, 9 ], $infos[1]['change-ids'] );
		$this->assertSame( [ 'seven', 'nine' ], array_column( $infos[1]['changes'], 'id' ) );
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
		$this->runHooksWith( $handlers, static fn ( array $fields ) => new class( $fields ) {

			public readonly string $id;
			public array $info;

			public function __construct( array $fields ) {
				$this->id = $fields['object_id'];
				$this->info = json_decode( $fields['info'] ?? '[]', true );
			}

			public function getInfo(): array {
				return $this->info;
			}

			public function setField( string $name, array $value ): void {
				$this->$name = $value;
			}
		} );
	}

	private function runHooksWith( array $handlers, ?Closure $makeChange ): void {
		$update = $this->createMock( ClientUpdate::class );
		$update->method( 'changes' )->willReturn( [
			[ 'object_id' => 'Q1', 'info' => '{"metadata":{}}' ],
			[ 'object_id' => 'Q2', 'info' => '{"metadata":{},"change-ids":[7,9]}' ],
		] );
		$update->method( 'leaveOut' )->willReturnCallback( function ( array $places ): void {
			$this->leftOut[] = $places;
		} );
		$hooks = $this->createMock( HookContainer::class );
		$hooks->method( 'isRegistered' )->willReturnCallback( static fn ( $name ) => isset( $handlers[$name] ) );
		$hooks->method( 'run' )->willReturnCallback( function ( $name, array $arguments ) use ( $handlers ) {
			$this->heard[] = [ $name, $arguments[0] ];
			return $handlers[$name]( ...$arguments );
		} );
		( new ChangeHooks( $hooks, $makeChange ) )->run( $update, [
			[ 'id' => 7, 'object_id' => 'seven' ],
			[ 'id' => 8, 'object_id' => 'eight' ],
			[ 'id' => 9, 'object_id' => 'nine' ],
		], self::ROOT );
	}
}
