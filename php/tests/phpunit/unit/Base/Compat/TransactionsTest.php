<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Base\Compat;

use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Wikimedia\Rdbms\DBQueryError;
use Wikimedia\Rdbms\IDatabase;
use Wikimedia\Rdbms\ILBFactory;

/**
 * What is done around work that others may get in the way of. For the same on a server see
 * {@see \MediaWiki\Extension\WikibaseDispatch\Tests\Integration\MariaDb\SnapshotTest}.
 *
 * @covers \MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions
 */
class TransactionsTest extends TestCase {

	/** @var list<string> */
	private array $acts = [];

	public function test_nothing_that_was_read_before_is_in_the_transaction_of_the_work(): void {
		$this->assertSame( 'result', $this->attempt( 0 ) );
		$this->assertSame( [ 'commit', 'work', 'commit' ], $this->acts );
	}

	public function test_work_that_others_got_in_the_way_of_is_rolled_back_and_done_again(): void {
		$this->assertSame( 'result', $this->attempt( 2 ) );
		$this->assertSame( [
			'commit', 'work', 'rollback', 'commit', 'work', 'rollback', 'commit', 'work', 'commit',
		], $this->acts );
	}

	public function test_work_that_cannot_be_done_is_given_up_with_its_own_error(): void {
		$this->expectExceptionObject( $this->changed() );
		try {
			$this->attempt( 3 );
		} finally {
			$this->assertSame( [ 'work', 'rollback' ], array_slice( $this->acts, -2 ) );
			$this->assertSame( 3, array_count_values( $this->acts )['work'] );
		}
	}

	public function test_what_is_not_the_databases_fault_is_not_repeated(): void {
		$this->expectException( RuntimeException::class );
		try {
			$this->transactions()->run( fn () => throw new RuntimeException( 'a bug' ), __METHOD__ );
		} finally {
			$this->assertSame( [ 'commit' ], $this->acts );
		}
	}

	private function attempt( int $failures ): string {
		return $this->transactions()->run( function () use ( &$failures ): string {
			$this->acts[] = 'work';
			if ( $failures-- > 0 ) {
				throw $this->changed();
			}
			return 'result';
		}, __METHOD__ );
	}

	private function changed(): DBQueryError {
		$error = 'Record has changed since last read in table wb_changes_rollout; try restarting transaction';
		return new DBQueryError( $this->createStub( IDatabase::class ), $error, 1020, 'UPDATE', __METHOD__ );
	}

	private function transactions(): Transactions {
		$loadBalancers = $this->createStub( ILBFactory::class );
		foreach ( [ 'commit', 'rollback' ] as $act ) {
			$loadBalancers->method( "{$act}PrimaryChanges" )->willReturnCallback( function () use ( $act ): void {
				$this->acts[] = $act;
			} );
		}
		return new Transactions( $loadBalancers );
	}
}
