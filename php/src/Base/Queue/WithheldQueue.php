<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Logger\LoggerFactory;

/**
 * Gives its jobs to no runner of this host, and tells why: they are left, unclaimed, to the runners of other hosts.
 */
class WithheldQueue extends QueueInFront {

	private static bool $isTold = false;

	private readonly string $why;

	/**
	 * @param array<string,mixed> $params as those of every such queue; `why`: a sentence
	 */
	public function __construct( array $params ) {
		$this->why = $params['why'];
		unset( $params['why'] );
		parent::__construct( $params );
	}

	/**
	 * @inheritDoc
	 */
	protected function doPop() {
		$this->tell();
		return false;
	}

	/** Once in a process. A job runner shows no log. */
	private function tell(): void {
		if ( !self::$isTold ) {
			self::$isTold = true;
			Event::JobsWithheld->write(
				LoggerFactory::getInstance( 'WikibaseDispatch' ), [ 'type' => $this->getType(), 'why' => $this->why ]
			);
			if ( PHP_SAPI === 'cli' ) {
				fwrite( STDERR, "{$this->getType()} jobs wait for a runner on another host: {$this->why}\n" );
			}
		}
	}
}
