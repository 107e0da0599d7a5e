<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use LogicException;
use Throwable;

/**
 * Tells an observer how catching up gets on.
 */
class CatchUpProgress extends EventListener {

	private CatchUpObserver $observer;
	private Closure $check;
	private ?CaughtUp $result = null;

	/**
	 * @param CatchUpObserver $observer
	 * @param Closure():void $check to be called when every client has a dispatch state; what it throws ends the job
	 */
	public function begin( CatchUpObserver $observer, Closure $check ): void {
		$this->observer = $observer;
		$this->check = $check;
	}

	public function result(): CaughtUp {
		return $this->result ?? throw new LogicException( 'the job has not ended' );
	}

	/**
	 * @inheritDoc
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
		switch ( $name ) {
			case 'catching-up':
				( $this->check )();
				$this->observer->begins( $event['clients'], $event['pending'] );
				break;
			case 'caught-up-some':
				$this->observer->goesOn( $event['clients'], $event['pending'] );
				break;
			case 'catch-up-waits':
				$this->observer->waits( self::messages( $event['reasons'], $thrown ) );
				break;
			case 'caught-up':
				$this->result = new CaughtUp(
					$event['target'], $event['isHeldBack'], $event['passes'], $event['changes'],
					self::messages( $event['failed'], $thrown ), $event['left']
				);
		}
	}

	/**
	 * @param list<array{client:string,cause:array{host?:int,native?:int}}> $reasons
	 * @param ThrownByJob $thrown
	 * @return array<string,string> site id => message
	 */
	private static function messages( array $reasons, ThrownByJob $thrown ): array {
		$messages = [];
		foreach ( $reasons as [ 'client' => $client, 'cause' => $cause ] ) {
			$messages[$client] = $thrown->throwable( $cause )->getMessage();
		}
		return $messages;
	}
}
