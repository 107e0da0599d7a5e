<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Status;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use MediaWiki\Extension\WikibaseDispatch\Status\ErrorStore;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureKeeper;
use MediaWiki\Extension\WikibaseDispatch\Status\FailureStore;
use MediaWiki\Extension\WikibaseDispatch\Status\Step;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\ScriptedJob;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Throwable;
use WikibaseDispatch\StoreUnavailableException;
use Wikimedia\Rdbms\ILBFactory;

/**
 * What is kept of an error for everybody to read.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Status\FailureKeeper
 */
class FailureKeeperTest extends TestCase {

	/** @var list<array> what was written, in order */
	private array $written = [];

	public function test_a_push_that_fails_is_told_from_other_failures(): void {
		$keeper = $this->keeper();
		$pushFailed = new PushFailedException( 'en_db', new RuntimeException( 'down', 7 ) );
		self::tell( $keeper, 'pass-failed', [ 'client' => 'enwiki' ], $pushFailed );
		$gone = new StoreUnavailableException( 'gone', 3 );
		self::tell( $keeper, 'pass-failed-again', [ 'client' => 'dewiki' ], $gone );
		self::tell( $keeper, 'trigger-failed', [], new RuntimeException( 'no' ) );
		$this->assertSame( [
			'rollback', [ 'enwiki', Step::Push, 'RuntimeException 7' ], 'keep RuntimeException 7 of enwiki',
			'rollback', [ 'dewiki', Step::Other, 'StoreUnavailableException 3' ],
			'keep StoreUnavailableException 3 of dewiki',
			'rollback', [ FailureStore::TRIGGER, Step::Other, 'RuntimeException' ],
		], $this->written );
	}

	public function test_g13_the_text_of_an_error_is_not_kept(): void {
		$cause = new RuntimeException( 'mysql://wiki:canary@db1.internal refused' );
		$error = new RuntimeException( 'INSERT INTO secrets', 0, $cause );
		$this->assertSame( 'RuntimeException, caused by RuntimeException', FailureKeeper::describe( $error ) );
	}

	public function test_a_pass_that_repeats_one_forgets_its_failure_and_others_cost_no_statement(): void {
		$keeper = $this->keeper();
		self::tell( $keeper, 'pass-finished', [ 'client' => 'dewiki', 'isRepeat' => false ] );
		self::tell( $keeper, 'pass-finished', [ 'client' => 'enwiki', 'isRepeat' => true ] );
		self::tell( $keeper, 'triggered', [] );
		$this->assertSame( [ 'forget enwiki' ], $this->written );
	}

	public function test_what_failed_for_a_client_that_has_left_is_nothing_to_it_when_it_comes_back(): void {
		self::tell( $this->keeper(), 'client-left', [ 'client' => 'enwiki' ] );
		$this->assertSame( [ 'forget enwiki' ], $this->written );
	}

	public function test_g9_a_database_that_does_not_take_the_note_disturbs_nobody(): void {
		$store = $this->createMock( FailureStore::class );
		$store->method( 'note' )->willThrowException( new RuntimeException( 'read-only' ) );
		$keeper = new FailureKeeper(
			$store, $this->createMock( ErrorStore::class ), $this->createMock( ILBFactory::class )
		);
		self::tell( $keeper, 'pass-failed', [ 'client' => 'enwiki' ], new RuntimeException( 'down' ) );
		$this->addToAssertionCount( 1 );
	}

	private function keeper(): FailureKeeper {
		$store = $this->createMock( FailureStore::class );
		$store->method( 'note' )->willReturnCallback( function ( ...$note ): void {
			$this->written[] = $note;
		} );
		$store->method( 'forget' )->willReturnCallback( function ( string $name ): void {
			$this->written[] = "forget $name";
		} );
		$loadBalancers = $this->createMock( ILBFactory::class );
		$loadBalancers->method( 'rollbackPrimaryChanges' )->willReturnCallback( function (): void {
			$this->written[] = 'rollback';
		} );
		$errors = $this->createMock( ErrorStore::class );
		$errors->method( 'note' )->willReturnCallback(
			function ( string $siteId, Step $step, string $error ): void {
				$this->written[] = "keep $error of $siteId";
			}
		);
		return new FailureKeeper( $store, $errors, $loadBalancers );
	}

	private static function tell( FailureKeeper $keeper, string $name, array $event, ?Throwable $e = null ): void {
		$keeper->hear( $name, $event, $e, new ThrownByJob( new ScriptedJob( [] ) ) );
	}
}
