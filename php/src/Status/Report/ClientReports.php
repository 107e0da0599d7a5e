<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Report;

use MediaWiki\Extension\WikibaseDispatch\Client\Subscription\RebuildStore;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutReport;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\ErrorStore;
use MediaWiki\Extension\WikibaseDispatch\Status\Explain\ClientExplainer;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\History\ClientHistoryStore;
use Wikimedia\ObjectCache\WANObjectCache;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Finds out what is known of one client, for a bounded number of statements; once for each look at the farm's status,
 * however many people look.
 */
class ClientReports {

	/** Of what is kept; counts up when the class of a report changes. */
	private const VERSION = 1;

	/** Seconds; longer than a status is kept. */
	private const TTL = 30;

	/** Rows of differences that are read. */
	private const MOST_DIFFERENCES = 200;

	public function __construct(
		private readonly ClientExplainer $explainer,
		private readonly ClientHistoryStore $history,
		private readonly ErrorStore $errors,
		private readonly WaitingChanges $waiting,
		private readonly RolloutReport $rollout,
		private readonly ILBFactory $loadBalancers,
		private readonly WANObjectCache $cache
	) {
	}

	/**
	 * @param ClientStatus $client one of the farm
	 * @param FarmStatus $status
	 */
	public function of( ClientStatus $client, FarmStatus $status ): ClientReport {
		return $this->cache->getWithSetCallback(
			$this->cache->makeKey(
				'wikibase-dispatch-client', self::VERSION, $client->siteId(), $status->takenAt()
			),
			self::TTL,
			fn (): ClientReport => $this->read( $client, $status )
		);
	}

	private function read( ClientStatus $client, FarmStatus $status ): ClientReport {
		$siteId = $client->siteId();
		// First: native code has a connection of its own, which had to wait for ours on SQLite.
		$explanation = $this->explainer->explainIn( $status, $siteId );
		$overview = $this->rollout->of( [ $siteId ] );
		$row = $overview->of( $siteId );
		$repo = $this->loadBalancers->getMainLB()->getConnection( DB_REPLICA );
		return new ClientReport(
			$client,
			$explanation,
			$this->history->of( $siteId ),
			$this->errors->of( $siteId ),
			$client->isServed() && $client->seen() < $status->newest()
				? $this->waiting->after( $siteId, $client->seen() ) : [],
			$row,
			$row === null ? [] : $this->rollout->differences( $overview, $row, self::MOST_DIFFERENCES ),
			RebuildStore::read( $repo, $siteId )
		);
	}
}
