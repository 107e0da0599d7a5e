<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use RuntimeException;

/**
 * The configuration of the job queue sends every job to one database, whichever wiki it is for.
 */
class LocalQueueException extends RuntimeException {

	public function __construct( string $type, string $domain ) {
		parent::__construct(
			"cannot push $type jobs to '$domain': \$wgJobTypeConf has a 'server' for them, so they would land in the " .
			"queue of this wiki; on a farm, unset( \$wgJobTypeConf['default']['server'] ) on every wiki"
		);
	}
}
