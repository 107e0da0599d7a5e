<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Client;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NotificationDecoder;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\ClientSettings;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * The job that brings changes in the format of Wikibase 1.38 and later. Parameters: `changes`, rows of `wb_changes`.
 *
 * One run handles those that wait in the queue, too, if none of them was tried before.
 */
class EntityChangeNotificationJob extends NotificationJob {

	/** Of one that was taken: it was tried before, and a runner may have died of it. */
	public bool $isToBeHandledAlone = false;

	public function __construct(
		array $params,
		private readonly NotificationDecoder $decoder,
		private readonly NotificationHandler $handler,
		private readonly WaitingNotifications $waiting,
		private readonly ClientSettings $settings,
		LoggerInterface $logger
	) {
		parent::__construct( Jobs::ENTITY_CHANGE_NOTIFICATION, $params, $logger );
	}

	/**
	 * @return list<array<string,mixed>> of the changes
	 */
	public function rows(): array {
		return array_values( (array)( $this->params['changes'] ?? [] ) );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$repo = $this->settings->repoSiteId();
		$others = $this->waiting->take( $this );
		$last = end( $others );
		if ( !$last || !$last->isToBeHandledAlone ) {
			return $this->runTogether( $repo, $others );
		}
		// First: a runner that dies of one of the others would cost it another of its attempts, of which there are few.
		// Those that were never tried can afford one.
		array_pop( $others );
		$this->runOther( $repo, $last );
		return $this->runTogether( $repo, $others );
	}

	/**
	 * @param string $repo site id
	 * @param list<self> $others
	 */
	private function runTogether( string $repo, array $others ): bool {
		try {
			$this->handle( $repo, $this, ...$others );
			array_map( $this->waiting->done( ... ), $others );
			return true;
		} catch ( Throwable $e ) {
			if ( $others === [] ) {
				return $this->attempt( $repo, static fn () => throw $e );
			}
		}
		return $this->runOneByOne( $repo, $others );
	}

	/**
	 * What one of them fails for shall not keep the others waiting.
	 *
	 * @param string $repo site id
	 * @param list<self> $others
	 */
	private function runOneByOne( string $repo, array $others ): bool {
		foreach ( $others as $other ) {
			$this->runOther( $repo, $other );
		}
		return $this->attempt( $repo, fn () => $this->handle( $repo, $this ) );
	}

	private function runOther( string $repo, self $other ): void {
		try {
			$this->attempt( $repo, fn () => $this->handle( $repo, $other ) );
			$this->waiting->done( $other );
		} catch ( Throwable ) {
			// It is logged, and the queue will repeat it.
		}
	}

	private function handle( string $repo, self ...$jobs ): void {
		$rows = array_merge( ...array_map( static fn ( self $job ) => $job->rows(), array_values( $jobs ) ) );
		$this->handler->handle( $repo, $this->decoder->ofRows( $rows ), $this->getRootJobParams() );
	}
}
