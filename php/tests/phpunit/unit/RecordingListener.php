<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\EventListener;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use Throwable;

/**
 * Keeps what was told, in order.
 */
class RecordingListener extends EventListener {

	/** @var list<string> names of events, with the message of why; and how jobs ended */
	public array $heard = [];

	/**
	 * @inheritDoc
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
		$this->heard[] = $e === null ? $name : "$name: {$e->getMessage()}";
	}

	/**
	 * @inheritDoc
	 */
	public function jobEnded( bool $hasFailed ): void {
		$this->heard[] = $hasFailed ? 'a job has failed' : 'a job has ended';
	}
}
