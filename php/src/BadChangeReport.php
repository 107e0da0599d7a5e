<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch;

use Psr\Log\LoggerInterface;

/**
 * Reports the changes that could not be read, by one warning however many there are.
 */
class BadChangeReport {

	/** A broken writer can break every change; the count tells so, and these show how. */
	private const MAX_SHOWN = 20;

	public function __construct( private readonly LoggerInterface $logger ) {
	}

	/**
	 * @param list<array{id:int,reason:string}> $badChanges
	 * @param array<string,mixed> $context where they were met
	 */
	public function report( array $badChanges, array $context ): void {
		if ( $badChanges === [] ) {
			return;
		}
		$this->logger->warning( '{count} changes could not be read', [
			'count' => count( $badChanges ),
			'badChanges' => array_column( array_slice( $badChanges, 0, self::MAX_SHOWN ), 'reason', 'id' ),
		] + $context );
	}
}
