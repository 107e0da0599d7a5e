<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Receipt;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\ReceiptReport;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * Keeps receipts for the notifications that this client has handled, and reports them to the repo, which sends again
 * what is missing.
 *
 * What fails here fails nothing else: a notification that was handled is sent again then, and handled a second time,
 * which changes nothing.
 */
class Receipts {

	/** Seconds from one report to the next. */
	private const REST = 5;

	/** Seconds between two lines in the log that say the same. */
	private const SILENCE = 3600;

	/**
	 * @param HandledTable $handled
	 * @param ReceiptTable $table
	 * @param ReceiptReport $report
	 * @param ClientSettings $client
	 * @param Transactions $transactions
	 * @param JobQueues $queues
	 * @param Closure(string,int):bool $isFirst whether no process of this wiki has asked this within so many seconds
	 * @param LoggerInterface $logger
	 */
	public function __construct(
		private readonly HandledTable $handled,
		private readonly ReceiptTable $table,
		private readonly ReceiptReport $report,
		private readonly ClientSettings $client,
		private readonly Transactions $transactions,
		private readonly JobQueues $queues,
		private readonly Closure $isFirst,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * Says that this client gives receipts, and what it has handled: it may have been restored from a backup.
	 *
	 * @return bool whether it does: false where update.php has yet to make a table
	 */
	public function begin(): bool {
		if ( !$this->handled->isThere() || !$this->table->isThere() ) {
			return false;
		}
		$this->report();
		return true;
	}

	/**
	 * A notification was handled, and everything that it led to is durable. To be called outside of transactions.
	 *
	 * @param array{stream:int,after:int,upto:int}|null $covers what the receipt for it covers; null: it only asks for a
	 *   report
	 */
	public function give( ?array $covers ): void {
		$this->attempt( function () use ( $covers ): void {
			if ( $covers !== null ) {
				$this->transactions->run( fn () => $this->handled->add( $covers ), __METHOD__ );
			}
			if ( ( $this->isFirst )( 'receipts', self::REST ) ) {
				$this->report();
			} else {
				$this->reportLater();
			}
		} );
	}

	/** A notification for which a receipt is wanted has failed, so that the repo can say why it is not handled. */
	public function failed( Throwable $failure ): void {
		$this->attempt( function () use ( $failure ): void {
			$this->transactions->discard( __METHOD__ );
			if ( ( $this->isFirst )( 'receipts-failure', self::REST ) ) {
				$this->report( get_class( $failure ) );
			}
		} );
	}

	/**
	 * @param Closure():void $work
	 */
	private function attempt( Closure $work ): void {
		try {
			$work();
		} catch ( Throwable $e ) {
			if ( ( $this->isFirst )( 'receipts-failed', self::SILENCE ) ) {
				Event::ReceiptsNotKept->write( $this->logger, [ 'client' => $this->client->siteId() ], $e );
			}
		}
	}

	/**
	 * Reports what was handled. To be called outside of transactions.
	 *
	 * @param string|null $failure class of the error by which a notification has just failed
	 */
	public function report( ?string $failure = null ): void {
		$siteId = $this->client->siteId();
		$isIdle = $this->queues->isEmpty( Jobs::NOTIFICATION )
			?: ( $this->queues->isUncountable( Jobs::NOTIFICATION ) ? null : false );
		$this->transactions->run( function () use ( $siteId, $isIdle, $failure ): void {
			// In this order: another process may give a receipt and report it meanwhile.
			$sent = $this->table->sent( $siteId );
			$said = $this->table->said( $siteId );
			$read = $this->handled->first();
			[ 'receipts' => $receipts, 'kept' => $kept ] = $this->report->of( $read, $sent, $said, $isIdle, $failure );
			$this->table->write( $siteId, $receipts );
			$this->handled->replace( $read, $kept );
		}, __METHOD__ );
	}

	/**
	 * The next notification reports this one, too. If none waits nobody would; and of a queue that does not know
	 * whether one waits, a job is asked for that reports.
	 */
	private function reportLater(): void {
		if ( $this->queues->isEmpty( Jobs::NOTIFICATION ) ) {
			$this->report();
		} elseif ( $this->queues->isUncountable( Jobs::NOTIFICATION ) ) {
			$this->queues->push( [ Jobs::reportReceipts( self::REST ) ] );
		}
	}
}
