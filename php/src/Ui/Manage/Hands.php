<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Ui\Manage;

use Closure;
use MediaWiki\Extension\WikibaseDispatch\Base\Log\Event;
use Psr\Log\LoggerInterface;
use Throwable;
use Wikimedia\Rdbms\ILBFactory;

/**
 * Does something for a request, and answers it whatever happens: with what came of it, or with why it was not done.
 */
class Hands {

	/** The right to do anything to clients. Nobody has it by default. */
	public const RIGHT = 'wikibase-dispatch-manage';

	public function __construct(
		private readonly LoggerInterface $logger, private readonly ILBFactory $loadBalancers
	) {
	}

	/**
	 * @template T
	 * @param string $siteId
	 * @param Closure():T $work
	 * @return T|Refusal
	 */
	public function attempt( string $siteId, Closure $work ): mixed {
		try {
			return $work();
		} catch ( Throwable $e ) {
			$refusal = Refusal::of( $e );
			if ( !$refusal->isExpected ) {
				$this->loadBalancers->rollbackPrimaryChanges( __METHOD__ );
				Event::ActionFailed->write( $this->logger, [ 'client' => $siteId ], $e );
			}
			return $refusal;
		}
	}
}
