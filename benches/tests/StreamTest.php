<?php
/**
 * What is due is worked out by the benchmarks themselves: it must be what the data says is due.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Input;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/../lib/autoload.php';

/**
 * @coversNothing
 */
class StreamTest extends TestCase {

	private const CHANGES = 20_000;

	private static function data(): Dataset {
		return new Dataset( __DIR__ . '/../data/wikidata-20k' );
	}

	public function test_what_is_due_to_each_real_client_is_what_came_with_the_data(): void {
		$due = array_filter( array_map( count( ... ), Stream::spread( self::data(), 816, self::CHANGES )->due() ) );
		$expected = self::data()->expectedDeliveries();
		ksort( $due );
		ksort( $expected );
		$this->assertSame( $expected, $due );
	}

	public function test_ten_times_the_clients_receive_exactly_the_same_number_of_deliveries(): void {
		$split = Stream::spread( self::data(), 8160, self::CHANGES );
		$this->assertCount( 8160, $split->clients );
		$this->assertSame( 136_703, $split->deliveries() );
	}

	/**
	 * @dataProvider fewerClients
	 */
	public function test_fewer_clients_receive_nearly_the_same_number_of_deliveries( int $clients ): void {
		$folded = Stream::spread( self::data(), $clients, self::CHANGES );
		$this->assertCount( $clients, $folded->clients );
		$this->assertEqualsWithDelta( 136_703, $folded->deliveries(), 500 );
	}

	public static function fewerClients(): array {
		return [ [ 8 ], [ 80 ] ];
	}

	public function test_a_site_link_names_the_client_that_stands_for_its_site(): void {
		$clients = array_fill_keys( Stream::spread( self::data(), 8, self::CHANGES )->clients, true );
		$named = [];
		foreach ( Stream::spread( self::data(), 8, self::CHANGES )->changes() as [ 'change_info' => $info ] ) {
			$diff = json_decode( json_decode( $info, true )['compactDiff'], true );
			$named += $diff['siteLinkChanges'] ?? [];
		}
		$this->assertSame( [], array_diff_key( $named, $clients ) );
		$this->assertNotSame( [], $named );
	}

	public function test_idle_clients_receive_nothing(): void {
		$stream = Stream::spread( self::data(), 816, 1000, 3 );
		$this->assertCount( 819, $stream->clients );
		$this->assertSame( [ [], [], [] ], array_slice( array_values( $stream->due() ), -3 ) );
	}
}
