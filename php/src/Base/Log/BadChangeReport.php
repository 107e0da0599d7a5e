<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Log;

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
	 * @param string $where in which they were met: `the pass for enwiki`
	 * @param array<string,mixed> $context
	 */
	public function report( array $badChanges, string $where, array $context ): void {
		if ( $badChanges === [] ) {
			return;
		}
		$shown = array_column( array_slice( $badChanges, 0, self::MAX_SHOWN ), 'reason', 'id' );
		$reasons = array_map( static fn ( int $id ) => "$id: {$shown[$id]}", array_keys( $shown ) );
		if ( count( $badChanges ) > self::MAX_SHOWN ) {
			$reasons[] = '…';
		}
		Event::BadChanges->write( $this->logger, [
			'where' => $where,
			'count' => count( $badChanges ),
			'reasons' => implode( '; ', $reasons ),
			'badChanges' => $shown,
		] + $context );
	}
}
