<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Rollout;

use Closure;
use Fiber;
use MediaWiki\Extension\WikibaseDispatch\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutStore;

/**
 * The tables of a rollout in memory. In a fiber, each statement and each commit is where another process may come in.
 */
class MemoryRolloutStore extends RolloutStore {

	/** @var array<string,array{state:string,position:int}> */
	public array $rollout = [];
	/** @var array<int,true> */
	public array $handed = [];
	/** @var array<int,string> the committed change buffer: id => time */
	public array $changes = [];
	/** The highest id that was ever visible. */
	public int $lastChange = 0;
	/** @var array<string,array{seen:int,disabled:int,token:int}> */
	public array $clients = [];

	private bool $isLocked = false;
	private bool $isAtomic = false;

	public function __construct() {
	}

	public function load(): AppliedRollout {
		$this->statement();
		return new AppliedRollout( $this->rollout );
	}

	public function alone( Closure $work ): void {
		while ( $this->isLocked ) {
			Fiber::suspend();
		}
		$this->isLocked = true;
		try {
			$work();
		} finally {
			$this->isLocked = false;
		}
	}

	public function atOnce( Closure $work ): void {
		$this->statement();
		$this->isAtomic = true;
		try {
			$work();
		} finally {
			$this->isAtomic = false;
		}
		$this->statement();
	}

	public function commit(): void {
	}

	public function put( string $name, string $state, int $position = 0 ): void {
		$this->statement();
		$this->rollout[$name] = [ 'state' => $state, 'position' => $position ];
	}

	public function remove( array $names ): void {
		$this->statement();
		$this->rollout = array_diff_key( $this->rollout, array_flip( $names ) );
	}

	public function lastChange(): int {
		$this->statement();
		return $this->changes === [] ? 0 : max( array_keys( $this->changes ) );
	}

	public function start( array $clients, int $seen ): void {
		$this->statement();
		foreach ( array_keys( $clients ) as $site ) {
			$this->clients[$site] ??= [ 'seen' => $seen, 'disabled' => 0, 'token' => 0 ];
			$this->clients[$site]['seen'] = max( $this->clients[$site]['seen'], $seen );
			if ( $this->clients[$site]['disabled'] === 2 ) {
				$this->clients[$site]['disabled'] = 0;
			}
		}
	}

	public function startAgain( string $site, string $domain, int $seen ): void {
		$this->start( [ $site => $domain ], $seen );
		$this->clients[$site]['seen'] = $seen;
		$this->clients[$site]['token'] = 0;
	}

	public function stop( string $site ): void {
		$this->statement();
		if ( isset( $this->clients[$site] ) && $this->clients[$site]['disabled'] === 0 ) {
			$this->clients[$site]['disabled'] = 2;
		}
	}

	public function seen( array $sites ): array {
		$this->statement();
		$seen = [];
		foreach ( $sites as $site ) {
			if ( isset( $this->clients[$site] ) && $this->clients[$site]['disabled'] === 0 ) {
				$seen[$site] = $this->clients[$site]['seen'];
			}
		}
		return $seen;
	}

	public function unhanded( int $after, int $upTo, int $limit ): array {
		$this->statement();
		$unhanded = [];
		ksort( $this->changes );
		foreach ( $this->changes as $id => $time ) {
			if ( $id > $after && $id <= $upTo && !isset( $this->handed[$id] ) && count( $unhanded ) < $limit ) {
				$unhanded[] = [ 'id' => $id, 'entityId' => "Q$id", 'time' => $time ];
			}
		}
		return $unhanded;
	}

	public function noteHanded( array $ids ): void {
		$this->statement();
		$this->handed += array_fill_keys( $ids, true );
	}

	public function handedAmong( array $ids ): array {
		$this->statement();
		return array_values( array_intersect( $ids, array_keys( $this->handed ) ) );
	}

	public function isSomethingHanded(): bool {
		$this->statement();
		return $this->handed !== [];
	}

	public function raiseFloor( int $floor ): void {
		$this->statement();
		$row = $this->rollout[AppliedRollout::WIKIBASE] ?? null;
		if ( $row && $row['state'] === AppliedRollout::SERVING && $row['position'] < $floor ) {
			$this->rollout[AppliedRollout::WIKIBASE]['position'] = $floor;
		}
		$this->statement();
		$this->handed = array_filter( $this->handed, static fn ( int $id ) => $id > $floor, ARRAY_FILTER_USE_KEY );
	}

	public function deleteHandedChanges( int $floor ): void {
		$this->statement();
		foreach ( array_keys( $this->changes ) as $id ) {
			if ( $id <= $floor || isset( $this->handed[$id] ) ) {
				unset( $this->changes[$id] );
			}
		}
		$this->handed = [];
	}

	private function statement(): void {
		if ( Fiber::getCurrent() && !$this->isAtomic ) {
			Fiber::suspend();
		}
	}
}
