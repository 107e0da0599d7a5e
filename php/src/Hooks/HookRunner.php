<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Hooks;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\EventListener;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use MediaWiki\HookContainer\HookContainer;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * Passes events on to other extensions: runs {@see WikibaseDispatchEventHook}.
 */
class HookRunner extends EventListener {

	private const HOOK = 'WikibaseDispatchEvent';

	public function __construct( private readonly HookContainer $hooks, private readonly LoggerInterface $logger ) {
	}

	/**
	 * @inheritDoc
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
		if ( !$this->hooks->isRegistered( self::HOOK ) ) {
			return;
		}
		try {
			$this->hooks->run( self::HOOK, [ $name, self::data( $event ), $e ], [ 'abortable' => false ] );
		} catch ( Throwable $failure ) {
			Event::EventHandlerFailed->write( $this->logger, [ 'about' => $name ], $failure );
		}
	}

	/**
	 * The fields of an event without its name, and without numbers that only the job can tell the meaning of.
	 *
	 * @param array<string,mixed> $event
	 * @return array<string,mixed>
	 */
	private static function data( array $event ): array {
		$data = [];
		foreach ( array_diff_key( $event, [ 'event' => true, 'cause' => true ] ) as $name => $value ) {
			$data[$name] = is_array( $value ) ? array_map(
				static fn ( mixed $it ) => is_array( $it ) ? array_diff_key( $it, [ 'cause' => true ] ) : $it, $value
			) : $value;
		}
		return $data;
	}
}
