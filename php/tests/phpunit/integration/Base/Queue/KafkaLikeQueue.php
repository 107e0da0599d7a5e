<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Integration\Base\Queue;

use ArrayIterator;
use FormatJson;
use IJobSpecification;
use JobQueue;
use JobQueueError;
use RunnableJob;
use RuntimeException;

/**
 * A job queue with the limits of one that is in Kafka, as EventBus makes it: jobs are JSON on their way, of 4 MiB at
 * most; they are signed, so that they must be the same bytes when they have been decoded and encoded again, in
 * JavaScript, too; and nobody can ask it what is in it. Parameters: `broker`, its file; `most`, the bytes that are
 * taken at once.
 */
class KafkaLikeQueue extends JobQueue {

	private readonly Broker $broker;
	private readonly int $most;

	public function __construct( array $params ) {
		parent::__construct( $params );
		$this->most = $params['most'] ?? PHP_INT_MAX;
		$this->broker = new Broker( $params['broker'] );
	}

	/** The job of a message, for the one that runs it. */
	public function jobOf( array $message ): RunnableJob {
		return $this->factoryJob( $message['type'], $message['params'] );
	}

	protected function doBatchPush( array $jobs, $flags ) {
		$messages = [];
		foreach ( $jobs as $i => $job ) {
			$message = $this->messageOf( $job );
			$messages[$message['sha1'] ?? $i] = self::encode( $message );
		}
		if ( strlen( implode( $messages ) ) > $this->most ) {
			// All that the real one ever says.
			throw new JobQueueError( 'Could not enqueue jobs' );
		}
		foreach ( $messages as $body ) {
			$this->broker->publish( $body );
		}
	}

	private function messageOf( IJobSpecification $job ): array {
		$message = [
			'database' => $this->getDomain(),
			'type' => $job->getType(),
			'params' => $job->getParams(),
		];
		if ( $job->getReleaseTimestamp() !== null ) {
			$message['delay_until'] = wfTimestamp( TS_ISO_8601, $job->getReleaseTimestamp() );
		}
		if ( $job->ignoreDuplicates() ) {
			$message['sha1'] = sha1( serialize( $job->getDeduplicationInfo() ) );
		}
		return $message;
	}

	private static function encode( array $message ): string {
		$body = FormatJson::encode( $message, false, FormatJson::ALL_OK );
		if ( !$body ) {
			throw new RuntimeException( 'a job cannot be written as JSON: ' . json_last_error_msg() );
		}
		$decoded = json_decode( $body, true );
		if ( $decoded !== $message || FormatJson::encode( $decoded, false, FormatJson::ALL_OK ) !== $body ) {
			throw new RuntimeException( "a job is another one after JSON: $body" );
		}
		self::assertJavaScriptKeeps( $message );
		return $body;
	}

	/** JavaScript puts keys that are numbers before all others, in ascending order, and cuts integers to 53 bits. */
	private static function assertJavaScriptKeeps( array $values ): void {
		$numbers = array_filter( array_keys( $values ), is_int( ... ) );
		sort( $numbers );
		if ( array_slice( array_keys( $values ), 0, count( $numbers ) ) !== $numbers ) {
			throw new RuntimeException( 'JavaScript would change the order of ' . json_encode( $values ) );
		}
		foreach ( $values as $value ) {
			if ( is_int( $value ) && abs( $value ) >= 2 ** 53 ) {
				throw new RuntimeException( "JavaScript would change $value" );
			}
			if ( is_array( $value ) ) {
				self::assertJavaScriptKeeps( $value );
			}
		}
	}

	protected function supportedOrders() {
		return [ 'fifo' ];
	}

	protected function optimalOrder() {
		return 'fifo';
	}

	protected function supportsDelayedJobs() {
		return true;
	}

	protected function doIsEmpty() {
		return false;
	}

	protected function doGetSize() {
		return 0;
	}

	protected function doGetAcquiredCount() {
		return 0;
	}

	protected function doPop() {
		return false;
	}

	protected function doAck( RunnableJob $job ) {
	}

	/**
	 * @inheritDoc
	 */
	public function getAllQueuedJobs() {
		return new ArrayIterator( [] );
	}
}
