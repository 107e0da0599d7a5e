<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit;

use MediaWiki\Extension\WikibaseDispatch\Base\Queue\JobQueues;
use Throwable;

/**
 * Queues that keep what is pushed to them, in order, and can be told to fail.
 */
class RecordingQueues extends JobQueues {

	/** @var list<array{domain:?string,type:string,params:array,removeDuplicates:bool}> */
	public array $pushed = [];

	/** How many times something was pushed. */
	public int $pushes = 0;

	public ?Throwable $failure = null;
	public bool $isInDatabase = false;

	public function __construct(
		private readonly bool $canDelay = false, private readonly bool $claimsToDelay = false
	) {
	}

	public function claimsToDelay( string $type ): bool {
		return $this->canDelay || $this->claimsToDelay;
	}

	public function canDelay( string $type ): bool {
		return $this->canDelay;
	}

	public function recognisesUnmarked( string $type ): bool {
		return $this->isInDatabase;
	}

	public function push( array $jobs ): void {
		$this->record( null, $jobs );
	}

	public function pushTo( string $domain, array $jobs ): void {
		$this->record( $domain, $jobs );
	}

	/**
	 * @return list<string>
	 */
	public function types(): array {
		return array_column( $this->pushed, 'type' );
	}

	private function record( ?string $domain, array $jobs ): void {
		if ( $this->failure ) {
			throw $this->failure;
		}
		if ( $jobs === [] ) {
			return;
		}
		$this->pushes++;
		foreach ( $jobs as $job ) {
			$this->pushed[] = [
				'domain' => $domain,
				'type' => $job->getType(),
				// The id of the request that pushed is added by some versions of MediaWiki, and tells jobs not apart.
				'params' => array_diff_key( $job->getParams(), [ 'requestId' => true ] ),
				'removeDuplicates' => $job->ignoreDuplicates(),
			];
		}
	}
}
