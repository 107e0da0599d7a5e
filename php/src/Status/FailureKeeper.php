<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\DatabaseErrors;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\EventListener;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\ThrownByJob;
use ReflectionClass;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Keeps in mind what failed last, for the status.
 *
 * Everybody may read that, so of an error only its class and number are kept: its text may hold statements, names of
 * hosts, and what not. The log has the whole of it.
 */
class FailureKeeper extends EventListener {

	public function __construct(
		private readonly FailureStore $failures,
		private readonly ErrorStore $errors,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function hear( string $name, array $event, ?Throwable $e, ThrownByJob $thrown ): void {
		switch ( $name ) {
			case 'pass-finished':
				// What was begun anew had failed before, or its runner died; else there is nothing to forget.
				if ( $event['isRepeat'] ) {
					$this->try( fn () => $this->failures->forget( $event['client'] ) );
				}
				break;
			case 'client-left':
			case 'client-moved':
				// It begins anew, should it come back, or from where an admin has set it.
				$this->try( fn () => $this->failures->forget( $event['client'] ) );
				break;
			case 'pass-failed':
			case 'pass-failed-again':
				// @mago-expect analysis:possibly-null-argument(2) - a failure has a cause
				$this->note( $event['client'], Step::of( $e ), $e );
				break;
			case 'trigger-failed':
				// @mago-expect analysis:possibly-null-argument - a failure has a cause
				$this->note( FailureStore::TRIGGER, Step::Other, $e );
		}
	}

	/** Classes and numbers of an error and of what caused it. */
	public static function describe( Throwable $e ): string {
		$parts = [];
		// That pushing failed is what the step says.
		$first = $e instanceof PushFailedException ? $e->getPrevious() : $e;
		for ( $error = $first; $error !== null; $error = $error->getPrevious() ) {
			$code = DatabaseErrors::number( $error ) ?? $error->getCode();
			$name = ( new ReflectionClass( $error ) )->isAnonymous()
				? 'anonymous' : ( new ReflectionClass( $error ) )->getShortName();
			$parts[] = $code ? "$name $code" : $name;
		}
		return implode( ', caused by ', $parts );
	}

	private function note( string $name, Step $step, Throwable $e ): void {
		$this->try( function () use ( $name, $step, $e ): void {
			// What had been begun is not to be made durable with it.
			$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
			$error = self::describe( $e );
			$this->failures->note( $name, $step, $error );
			if ( $name !== FailureStore::TRIGGER ) {
				$this->errors->note( $name, $step, $error );
			}
		} );
	}

	/** Where the database does not answer, whoever dispatches has said so already. */
	private function try( callable $work ): void {
		try {
			$work();
		} catch ( Throwable ) {
			// Nor does it matter: the next failure is noted again.
		}
	}
}
