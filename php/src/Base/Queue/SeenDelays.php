<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Queue;

use Closure;
use Wikimedia\ObjectCache\BagOStuff;

/**
 * Whether jobs that the queue is to hold back were seen to come. What follows from it, native code decides.
 *
 * MediaWiki's queue in Redis says that it can delay jobs, and where no service gives them out again they never run.
 * What is lost here is learnt anew from the next of them.
 */
class SeenDelays {

	/** Seconds for which one that came is proof. */
	private const FOR = 3600;

	/** Seconds after which it is noted again that one came. */
	private const AGAIN = 600;

	/** Seconds after which one that has not come is not expected any more. */
	private const LATE = 60;

	/** Seconds for which what is known is remembered. */
	private const REMEMBERED = 7 * 86400;

	/** Seconds for which a server goes by what it knew, at no cost for an edit. */
	private const CACHED = 10;

	/**
	 * @param BagOStuff $stash
	 * @param BagOStuff $cache of this server
	 * @param Closure():int $clock Unix time
	 */
	public function __construct(
		private readonly BagOStuff $stash,
		private readonly BagOStuff $cache,
		private readonly Closure $clock
	) {
	}

	/** Whether jobs of a type are seen to come when they were delayed. */
	public function areSeen( string $type ): bool {
		$came = $this->cache->get( $this->key( $type ) );
		if ( !is_int( $came ) ) {
			$came = $this->known( $type )['came'];
			$this->cache->set( $this->key( $type ), $came, self::CACHED );
		}
		return $came > ( $this->clock )() - self::FOR;
	}

	/**
	 * Types of jobs of which one was delayed, and has not come a minute and more after its time, and since when.
	 *
	 * @return array<string,int> Unix time by type
	 */
	public function missing(): array {
		$missing = [];
		foreach ( [ Jobs::TRIGGER, Jobs::CLIENT ] as $type ) {
			[ 'came' => $came, 'awaited' => $awaited ] = $this->known( $type );
			if ( $awaited > $came && $awaited + self::LATE < ( $this->clock )() ) {
				$missing[$type] = $awaited;
			}
		}
		return $missing;
	}

	/** A delayed job has come. */
	public function came( string $type ): void {
		$now = ( $this->clock )();
		$known = $this->known( $type );
		if ( $known['awaited'] > 0 || $known['came'] <= $now - self::AGAIN ) {
			$this->set( $type, [ 'came' => $now, 'awaited' => 0 ] );
		}
	}

	/** One has come before its time: the queue has it run at once, or the clocks of two hosts differ. */
	public function cameEarly( string $type ): void {
		if ( array_filter( $this->known( $type ) ) !== [] ) {
			$this->set( $type, [ 'came' => 0, 'awaited' => 0 ] );
		}
	}

	/** One is delayed, to see whether it comes. */
	public function await( string $type ): void {
		$known = $this->known( $type );
		if ( $known['awaited'] === 0 ) {
			$this->set( $type, [ 'came' => $known['came'], 'awaited' => ( $this->clock )() ] );
		}
	}

	/** One that many rely on has not come. */
	public function missed( string $type ): void {
		$this->set( $type, [ 'came' => 0, 'awaited' => ( $this->clock )() ] );
	}

	/**
	 * @return array{came:int,awaited:int} Unix times; 0: never, or none is awaited
	 */
	private function known( string $type ): array {
		$known = $this->stash->get( $this->key( $type ) );
		return [ 'came' => (int)( $known['came'] ?? 0 ), 'awaited' => (int)( $known['awaited'] ?? 0 ) ];
	}

	/**
	 * @param string $type
	 * @param array{came:int,awaited:int} $known
	 */
	private function set( string $type, array $known ): void {
		$this->stash->set( $this->key( $type ), $known, self::REMEMBERED );
		$this->cache->set( $this->key( $type ), $known['came'], self::CACHED );
	}

	private function key( string $type ): string {
		return $this->stash->makeKey( 'wikibase-dispatch-seen-delays', $type );
	}
}
