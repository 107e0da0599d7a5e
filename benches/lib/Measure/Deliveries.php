<?php
/**
 * What has reached the clients' queues, decoded here from the rows of their job tables, whoever pushed them.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchBench\Measure;

use RuntimeException;
use WikibaseDispatchBench\Farm\Engine;
use WikibaseDispatchBench\Input\Stream;
use WikibaseDispatchTests\NotificationIds;

class Deliveries {

	public readonly int $jobs;
	public readonly int $bytes;
	public readonly int $changes;
	/** @var list<string> what is not as it should be */
	public readonly array $faults;

	public function __construct( Engine $engine, Stream $stream ) {
		$jobs = $bytes = $changes = 0;
		$faults = [];
		foreach ( $stream->due() as $client => $due ) {
			$arrived = [];
			foreach ( $engine->jobs( (string)$client ) as $job ) {
				$jobs++;
				$bytes += strlen( $job['job_params'] );
				$params = unserialize( $job['job_params'], [ 'allowed_classes' => false ] );
				array_push( $arrived, ...self::changesIn( $job['job_cmd'], $params ) );
			}
			$changes += count( $arrived );
			if ( $arrived !== $due ) {
				$faults[] = "$client: " . count( $due ) . ' changes are due, ' . count( $arrived ) . ' arrived, '
					. count( array_diff( $due, $arrived ) ) . ' of those due did not';
			}
		}
		$this->jobs = $jobs;
		$this->bytes = $bytes;
		$this->changes = $changes;
		$this->faults = $faults;
	}

	/**
	 * @param string $type
	 * @param array $params of a notification
	 * @return list<int> ids
	 */
	public static function changesIn( string $type, array $params ): array {
		return match ( $type ) {
			'DispatchNotification' => NotificationIds::in( $params['changes'] ),
			// Below zero where the client may merge them.
			'EntityChangeNotification' => array_map( 'abs', array_column( $params['changes'], 'id' ) ),
			default => throw new RuntimeException( "nobody knows the job $type in a client's queue" ),
		};
	}
}
