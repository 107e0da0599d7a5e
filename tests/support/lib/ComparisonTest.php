<?php
/**
 * The demo's verdict must be able to be "no": these show that each kind of difference is noticed.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTests;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/autoload.php';

/**
 * @coversNothing
 */
class ComparisonTest extends TestCase {

	private const DUE = [ 11 => true, 12 => true, 15 => true ];

	public function test_exactly_what_was_due_is_no_fault(): void {
		$comparison = new Comparison( 'enwiki', self::DUE, [ 11, 12, 15 ] );
		$this->assertSame( [], $comparison->faults( repeatsAllowed: false ) );
		$this->assertSame( 3, $comparison->delivered );
	}

	public function test_a_change_that_did_not_arrive_is_lost(): void {
		$comparison = new Comparison( 'enwiki', self::DUE, [ 11, 15 ] );
		$this->assertSame( [ 12 ], $comparison->lost );
		$this->assertSame( 2, $comparison->delivered );
		$this->assertSame( [ 'enwiki: lost 1 changes: 12' ], $comparison->faults( repeatsAllowed: true ) );
	}

	public function test_a_change_that_was_not_due_is_a_fault(): void {
		$comparison = new Comparison( 'enwiki', self::DUE, [ 11, 12, 13, 15 ] );
		$this->assertSame(
			[ 'enwiki: not due, yet delivered 1 changes: 13' ],
			$comparison->faults( repeatsAllowed: true )
		);
	}

	public function test_a_repeat_is_a_fault_only_where_nobody_died(): void {
		$comparison = new Comparison( 'enwiki', self::DUE, [ 11, 12, 11, 12, 15 ] );
		$this->assertSame( 2, $comparison->repeats );
		$this->assertSame( [], $comparison->faults( repeatsAllowed: true ) );
		$this->assertSame( [ 'enwiki: 2 changes delivered again' ], $comparison->faults( repeatsAllowed: false ) );
	}

	public function test_every_due_delivery_names_a_change_that_exists(): void {
		$data = new Data( Data::DEFAULT_FOLDER );
		$changes = [];
		foreach ( $data->rows( 'wb_changes' ) as $row ) {
			$this->assertNotNull( json_decode( $row['change_info'] ), "change {$row['change_id']} was read wrongly" );
			$changes[(int)$row['change_id']] = true;
		}
		$this->assertCount( 12_967, $changes );
		foreach ( $data->expectedDeliveries() as $due ) {
			$this->assertSame( [], array_diff_key( $due, $changes ) );
		}
	}

	public function test_a_change_that_is_written_again_is_due_to_the_same_clients(): void {
		$originals = [];
		foreach ( WrittenChanges::rows() as $row ) {
			$originals[] = (int)$row['change_id'];
			if ( count( $originals ) === 12_967 + 5 ) {
				break;
			}
		}
		$this->assertSame( array_slice( $originals, 0, 5 ), array_slice( $originals, 12_967 ) );
		$expected = ( new Data( Data::DEFAULT_FOLDER ) )->expectedDeliveries();
		foreach ( WrittenChanges::due( $originals ) as $client => $changes ) {
			foreach ( $originals as $id => $original ) {
				$this->assertSame( isset( $expected[$client][$original] ), isset( $changes[$id] ) );
			}
		}
	}

	public function test_jobs_for_one_purpose_are_counted_together_whatever_their_parameters(): void {
		$step = static fn ( array $params, int $step ) => [
			'waiting_params' => serialize( $params ), 'waiting_step' => $step
		];
		$this->assertSame( 2, DeliveryRecord::mostAtOnce( [
			$step( [ 'requestId' => 'a' ], 1 ), $step( [ 'requestId' => 'b' ], 1 ), $step( [ 'requestId' => 'a' ], -1 ),
		] ) );
		$this->assertSame( 1, DeliveryRecord::mostAtOnce( [
			$step( [ 'siteId' => 'enwiki' ], 1 ), $step( [ 'siteId' => 'dewiki' ], 1 ),
			$step( [ 'siteId' => 'enwiki' ], -1 ), $step( [ 'siteId' => 'enwiki' ], 1 ),
		] ) );
	}
}
