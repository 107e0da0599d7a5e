<?php
/**
 * Queues that write down when a notification was put into them, whoever pushes it: a line of JSON each, in the file
 * `noted` of their configuration.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchTiming\Wiki;

trait NotedQueue {

	private readonly string $noted;

	public function __construct( array $params ) {
		$this->noted = $params['noted'];
		parent::__construct( $params );
	}

	/** @inheritDoc */
	protected function doBatchPush( array $jobs, $flags ) {
		parent::doBatchPush( $jobs, $flags );
		$lines = '';
		foreach ( $jobs as $job ) {
			$lines .= json_encode( [
				'wiki' => $this->domain, 'at' => microtime( true ), 'type' => $job->getType(),
				// Parameters may be bytes of any kind.
				'params' => base64_encode( serialize( $job->getParams() ) ),
			] ) . "\n";
		}
		file_put_contents( $this->noted, $lines, FILE_APPEND );
	}
}
