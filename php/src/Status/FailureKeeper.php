<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status;

use MediaWiki\Extension\WikibaseDispatch\Dispatch\DispatchListener;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\PushFailedException;
use ReflectionClass;
use Throwable;
use Wikimedia\Rdbms\DBQueryError;
use Wikimedia\Rdbms\ILBFactory;
use WikibaseDispatch\Pass;

/**
 * Keeps in mind what failed last, for the status.
 *
 * Everybody may read that, so of an error only its class and number are kept: its text may hold statements, names of
 * hosts, and what not. The log has the whole of it.
 */
class FailureKeeper extends DispatchListener {

	public function __construct(
		private readonly FailureStore $failures,
		private readonly ILBFactory $loadBalancers
	) {
	}

	/**
	 * @inheritDoc
	 */
	public function passFinished( Pass $pass, int $notifications ): void {
		// What was begun anew had failed before, or its runner died; else there is nothing to forget.
		if ( $pass->isRepeat() ) {
			$this->try( fn () => $this->failures->forget( $pass->siteId() ) );
		}
	}

	/**
	 * @inheritDoc
	 */
	public function passFailed( string $siteId, Throwable $e ): void {
		$this->note( $siteId, $e instanceof PushFailedException ? Step::Push : Step::Other, $e );
	}

	/**
	 * @inheritDoc
	 */
	public function triggerFailed( Throwable $e ): void {
		$this->note( FailureStore::TRIGGER, Step::Other, $e );
	}

	/** Classes and numbers of an error and of what caused it. */
	public static function describe( Throwable $e ): string {
		$parts = [];
		// That pushing failed is what the step says.
		$first = $e instanceof PushFailedException ? $e->getPrevious() : $e;
		for ( $error = $first; $error !== null; $error = $error->getPrevious() ) {
			$code = $error instanceof DBQueryError ? $error->errno : $error->getCode();
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
			$this->failures->note( $name, $step, self::describe( $e ) );
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
