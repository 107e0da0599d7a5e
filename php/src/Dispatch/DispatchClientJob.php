<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\History\HistoryKeeper;
use MediaWiki\Extension\WikibaseDispatch\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Queue\RepoJob;

/**
 * The job, on the repo, that brings one client up to the horizon. Parameter: `siteId`.
 */
class DispatchClientJob extends RepoJob {

	public function __construct(
		array $params,
		private readonly PassRunner $runner,
		private readonly HistoryKeeper $history
	) {
		parent::__construct( Jobs::CLIENT, $params );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$siteId = (string)( $this->params['siteId'] ?? '' );
		return $this->attempt(
			fn () => $this->history->sampleAfter( fn () => $this->runner->run( $siteId ) )
		);
	}
}
