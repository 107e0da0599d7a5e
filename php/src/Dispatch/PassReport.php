<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use Psr\Log\LoggerInterface;
use Psr\Log\LogLevel;
use Throwable;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\Pass;

/**
 * Says what became of a pass: one line in the log for each.
 */
class PassReport {

	/**
	 * @param BadChangeReport $badChanges
	 * @param LoggerInterface $logger
	 * @param Closure(string):int $failuresBefore of a client, since it was last dispatched to
	 */
	public function __construct(
		private readonly BadChangeReport $badChanges,
		private readonly LoggerInterface $logger,
		private readonly Closure $failuresBefore
	) {
	}

	/**
	 * @param Pass $pass
	 * @param int $notifications how many were pushed
	 */
	public function finished( Pass $pass, int $notifications ): void {
		$siteId = $pass->siteId();
		$this->badChanges->report( $pass->badChanges(), "the pass for $siteId", [ 'client' => $siteId ] );
		$this->logger->info( 'dispatched {changes} changes to {client}, which has now seen {end}', [
			'client' => $siteId,
			'changes' => $pass->changeCount(),
			'notifications' => $notifications,
			'seen' => $pass->seen(),
			'end' => $pass->end(),
		] );
	}

	/**
	 * @param string $siteId
	 */
	public function lost( string $siteId ): void {
		$this->logger->warning(
			'the claim of {client} was lost while its notifications were pushed: another runner does the pass again',
			[ 'client' => $siteId ]
		);
	}

	/**
	 * A client that cannot be reached is tried again and again, ever more rarely; it is an error once.
	 */
	public function failed( string $siteId, Throwable $e ): void {
		$before = $this->failuresBefore( $siteId );
		$this->logger->log( $before ? LogLevel::INFO : LogLevel::ERROR, 'dispatching to {client} failed: {exception}', [
			'client' => $siteId,
			'failures' => $before + 1,
			'exception' => $e,
			'code' => $e->getCode(),
			'retryable' => $e instanceof DispatchException ? $e->isRetryable() : true,
		] );
	}

	private function failuresBefore( string $siteId ): int {
		try {
			return ( $this->failuresBefore )( $siteId );
		} catch ( Throwable ) {
			// Then it is not the client that fails.
			return 0;
		}
	}
}
