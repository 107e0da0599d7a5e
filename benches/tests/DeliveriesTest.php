<?php
/**
 * A run that delivers anything but what is due must be found out, else its figures would count.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use PHPUnit\Framework\TestCase;
use WikibaseDispatchBench\Farm\Engine;
use WikibaseDispatchBench\Input\Dataset;
use WikibaseDispatchBench\Input\Stream;

require_once __DIR__ . '/../lib/autoload.php';

/**
 * @coversNothing
 */
class DeliveriesTest extends TestCase {

	private const CLIENT = 'enwiki';

	private Stream $stream;
	/** @var list<int> what is due to the client */
	private array $due;

	protected function setUp(): void {
		$this->stream = Stream::sample( new Dataset( __DIR__ . '/../data/wikidata-20k' ), 816, 100 );
		$this->due = $this->stream->due()[self::CLIENT];
	}

	private function deliveries( string $type, array $params ): Deliveries {
		$engine = $this->createStub( Engine::class );
		$engine->method( 'jobs' )->willReturn( [ [
			'job_id' => 1, 'job_cmd' => $type, 'job_params' => serialize( $params ),
		] ] );
		return new Deliveries( $engine, $this->stream );
	}

	private function ours( array $ids ): Deliveries {
		$changes = array_map( static fn ( int $id ) => [ 'id' => $id ], $ids );
		$params = [ 'changes' => json_encode( [ 'v' => 1, 'changes' => $changes ] ) ];
		return $this->deliveries( 'DispatchNotification', $params );
	}

	public function test_exactly_what_is_due_is_no_fault(): void {
		$deliveries = $this->ours( $this->due );
		$this->assertSame( [], $deliveries->faults );
		$this->assertSame( [ 1, count( $this->due ) ], [ $deliveries->jobs, $deliveries->changes ] );
	}

	public function test_a_change_that_did_not_arrive_is_a_fault(): void {
		$this->assertCount( 1, $this->ours( array_slice( $this->due, 1 ) )->faults );
	}

	public function test_a_change_that_arrived_twice_is_a_fault(): void {
		$this->assertCount( 1, $this->ours( [ ...$this->due, end( $this->due ) ] )->faults );
	}

	public function test_changes_in_another_order_are_a_fault(): void {
		$this->assertCount( 1, $this->ours( array_reverse( $this->due ) )->faults );
	}

	public function test_the_jobs_of_the_plain_way_are_read_too(): void {
		$changes = array_map( static fn ( int $id ) => [ 'id' => $id ], $this->due );
		$this->assertSame( [], $this->deliveries( 'EntityChangeNotification', [ 'changes' => $changes ] )->faults );
	}
}
