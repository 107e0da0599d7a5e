<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Dispatch;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\Jobs;
use MediaWiki\Extension\WikibaseDispatch\Base\Queue\RepoJob;

/**
 * The job, on the repo, that brings one client up to the horizon. Parameter: `siteId`.
 */
class DispatchClientJob extends RepoJob {

	public function __construct(
		array $params,
		private readonly NativeFactory $native,
		private readonly Interpreter $interpreter,
		string $type = Jobs::CLIENT
	) {
		parent::__construct( $type, $params );
	}

	/**
	 * @inheritDoc
	 */
	public function run() {
		$siteId = (string)( $this->params['siteId'] ?? '' );
		return $this->attempt( fn () => $this->interpreter->run(
			$this->native->dispatcher()->client( $siteId, $this->heldBackUntil() )
		) );
	}
}
