<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use Psr\Log\AbstractLogger;

/**
 * Keeps what was logged.
 */
class RecordingLogger extends AbstractLogger {

	/** @var list<array{level:string,message:string,context:array}> */
	public array $records = [];

	/**
	 * @inheritDoc
	 */
	public function log( $level, $message, array $context = [] ): void {
		$this->records[] = [ 'level' => (string)$level, 'message' => (string)$message, 'context' => $context ];
	}

	/**
	 * @return list<array> contexts of the records of a level
	 */
	public function contexts( string $level ): array {
		$ofLevel = array_filter( $this->records, static fn ( array $record ) => $record['level'] === $level );
		return array_column( $ofLevel, 'context' );
	}
}
