<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client\Mark;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Compat\Transactions;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\Module;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Client\Receipt\Receipts;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * What this wiki, a client, says about itself where the repo reads it: that its extension is loaded, and which formats
 * of notifications it takes. Until it has, the repo tells it of changes in Wikibase's own format.
 *
 * Nothing depends on it but efficiency, so whatever fails here fails nothing else.
 */
class OwnMark {

	/** Seconds between two looks of one process. */
	private const REST = 3600;

	/** Seconds between two lines in the log that say the same. */
	private const SILENCE = 86400;

	/** Stands among the formats of a client that reads `native` in its version 2, too. */
	private const PACKED = 'native-2';

	/** Stands among the formats of a client that says what it has handled. */
	private const RECEIPTS = 'receipts';

	private ?float $lookedAt = null;

	/**
	 * @param MarkTable $table
	 * @param ClientSettings $client
	 * @param WikiSettings $wiki
	 * @param Transactions $transactions
	 * @param Module $module of this process: without it a process cannot say what the wiki's job runners take, neither
	 *   that they do nor that they do not
	 * @param Closure():string $version of this extension
	 * @param array<string,mixed> $jobClasses `$wgJobClasses`
	 * @param Receipts $receipts
	 * @param Closure(string,int):bool $isFirst whether no process of this wiki has asked this within so many seconds
	 * @param Closure():float $clock in seconds
	 * @param LoggerInterface $logger
	 */
	public function __construct(
		private readonly MarkTable $table,
		private readonly ClientSettings $client,
		private readonly WikiSettings $wiki,
		private readonly Transactions $transactions,
		private readonly Module $module,
		private readonly Closure $version,
		private readonly array $jobClasses,
		private readonly Receipts $receipts,
		private readonly Closure $isFirst,
		private readonly Closure $clock,
		private readonly LoggerInterface $logger
	) {
	}

	/**
	 * Renews the mark if that is due: one process looks within an hour. To be called outside of transactions.
	 */
	public function keep(): void {
		$now = ( $this->clock )();
		if ( $this->lookedAt !== null && $now < $this->lookedAt + self::REST ) {
			return;
		}
		try {
			if ( !$this->module->isUsable() || !$this->isClient() ) {
				return;
			}
			$this->lookedAt = $now;
			if ( ( $this->isFirst )( 'mark', self::REST ) ) {
				$this->renew();
			}
		} catch ( Throwable $e ) {
			$this->report( $e );
		}
	}

	/**
	 * Renews the mark now.
	 *
	 * @return bool false: this process has no module, this wiki is no client, or the repo has no table for it yet
	 */
	public function renew(): bool {
		if ( !$this->module->isUsable() || !$this->isClient() || !$this->table->isThere() ) {
			return false;
		}
		$version = ( $this->version )();
		$said = $this->formats();
		if ( isset( $this->jobClasses[Jobs::NOTIFICATION] ) ) {
			$said[] = self::PACKED;
			if ( $this->receipts->begin() ) {
				$said[] = self::RECEIPTS;
			}
		}
		$this->transactions->run(
			fn () => $this->table->renew( $this->client->siteId(), $version, $said ), __METHOD__
		);
		return true;
	}

	/**
	 * @return list<string> the formats whose jobs this wiki can run
	 */
	public function formats(): array {
		return array_keys( array_intersect( Jobs::FORMATS, array_keys( $this->jobClasses ) ) );
	}

	/** A wiki that knows its repo; and a repo that is its own client. */
	private function isClient(): bool {
		return $this->client->repoDatabase() !== null
			|| array_key_exists( $this->client->siteId(), $this->wiki->clients() );
	}

	private function report( Throwable $e ): void {
		try {
			if ( ( $this->isFirst )( 'mark-failed', self::SILENCE ) ) {
				Event::MarkNotKept->write( $this->logger, [ 'client' => $this->client->siteId() ], $e );
			}
		} catch ( Throwable ) {
			// Where the cache cannot be asked either, others tell of it.
		}
	}
}
