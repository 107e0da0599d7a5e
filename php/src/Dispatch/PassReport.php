<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\BadChangeReport;
use Psr\Log\LoggerInterface;
use Throwable;
use WikibaseDispatch\DispatchException;
use WikibaseDispatch\Pass;

/**
 * Says what became of a pass: one line in the log for each.
 */
class PassReport {

	public function __construct(
		private readonly BadChangeReport $badChanges,
		private readonly LoggerInterface $logger
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

	public function failed( string $siteId, Throwable $e ): void {
		$this->logger->error( 'dispatching to {client} failed: {exception}', [
			'client' => $siteId,
			'exception' => $e,
			'code' => $e->getCode(),
			'retryable' => $e instanceof DispatchException ? $e->isRetryable() : true,
		] );
	}
}
