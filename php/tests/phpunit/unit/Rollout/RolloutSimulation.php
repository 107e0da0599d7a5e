<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Tests\Unit\Rollout;

use Fiber;
use MediaWiki\Extension\WikibaseDispatch\Rollout\AppliedRollout;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutKeeper;
use MediaWiki\Extension\WikibaseDispatch\Rollout\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Rollout\ShadowRecord;
use MediaWiki\Extension\WikibaseDispatch\Rollout\WikibaseReminder;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Tests\Unit\RecordingQueues;
use Psr\Log\NullLogger;

/**
 * A farm of which the clients are rolled out and back at random, while edits go on, Wikibase's jobs and our passes run,
 * and a part of the servers has the configuration of a moment ago. Every statement of every process can come between
 * any two of another's.
 *
 * Wikibase's job and our pass are modelled by what they do to the tables; each change concerns every client.
 */
final class RolloutSimulation {

	private const CLIENTS = [ 'a', 'b', 'c' ];
	private const OLD = '20200101000000';

	public readonly MemoryRolloutStore $store;

	/** @var array<string,array<int,int>> client => change id => how often it was delivered */
	public array $delivered = [];

	/** @var list<int> committed changes */
	public array $written = [];

	/** How often the configuration was changed. */
	public int $switches = 0;

	/** @var array<int,true> edits that have an id and no commit yet */
	private array $open = [];
	private int $lastId = 0;
	/** @var list<int> entities (that is, changes) for which a job of Wikibase waits */
	private array $wikibaseJobs = [];
	/** @var list<Fiber> */
	private array $processes = [];
	private string|array $configured = 'off';
	private string|array $configuredBefore = 'off';
	private int $lastToken = 0;

	public function __construct( int $seed ) {
		mt_srand( $seed );
		$this->store = new MemoryRolloutStore();
		$this->delivered = array_fill_keys( self::CLIENTS, [] );
	}

	public function run( int $steps ): void {
		for ( $i = 0; $i < $steps; $i++ ) {
			$this->step();
		}
		$this->comeToRest();
	}

	private function step(): void {
		$chance = mt_rand( 0, 99 );
		if ( $chance < 12 ) {
			$this->open[++$this->lastId] = true;
		} elseif ( $chance < 24 ) {
			$this->commitOne();
		} elseif ( $chance < 26 ) {
			$this->reconfigure();
		} elseif ( $chance < 32 ) {
			$this->start( fn () => $this->trigger( $this->someConfiguration() ) );
		} elseif ( $chance < 38 && $this->wikibaseJobs !== [] ) {
			$id = array_splice( $this->wikibaseJobs, mt_rand( 0, count( $this->wikibaseJobs ) - 1 ), 1 )[0];
			$this->start( fn () => $this->wikibaseJob( $id ) );
		} else {
			$this->advance();
		}
	}

	/** All edits end, all servers have the same configuration, and jobs run until nothing is left to do. */
	private function comeToRest(): void {
		while ( $this->open !== [] ) {
			$this->commitOne();
		}
		$this->configuredBefore = $this->configured;
		for ( $round = 0; $round < 12; $round++ ) {
			$this->start( fn () => $this->trigger( $this->configured ) );
			while ( $this->processes !== [] ) {
				$this->advance();
			}
			while ( $this->wikibaseJobs !== [] ) {
				$this->wikibaseJob( array_pop( $this->wikibaseJobs ) );
			}
		}
	}

	private function reconfigure(): void {
		$this->switches++;
		$this->configuredBefore = $this->configured;
		$states = [ 'off', 'on', 'shadow' ];
		$this->configured = match ( mt_rand( 0, 5 ) ) {
			0 => 'off',
			1 => 'on',
			default => array_combine( self::CLIENTS, array_map(
				static fn () => $states[mt_rand( 0, 2 )],
				self::CLIENTS
			) ),
		};
	}

	private function someConfiguration(): string|array {
		return mt_rand( 0, 3 ) ? $this->configured : $this->configuredBefore;
	}

	private function commitOne(): void {
		if ( $this->open === [] ) {
			return;
		}
		$id = array_rand( $this->open );
		unset( $this->open[$id] );
		if ( mt_rand( 0, 9 ) === 0 ) {
			// Rolled back.
			return;
		}
		$this->store->changes[$id] = self::OLD;
		$this->written[] = $id;
		if ( !$this->settings( $this->someConfiguration() )->rollout()->isEverywhere( RolloutState::On ) ) {
			$this->wikibaseJobs[] = $id;
		}
	}

	private function horizon(): int {
		return $this->open === [] ? $this->lastId : min( array_keys( $this->open ) ) - 1;
	}

	private function trigger( string|array $configuration ): void {
		$settings = $this->settings( $configuration );
		$keeper = $this->keeper( $settings );
		$keeper->begin();
		$ours = array_merge(
			$settings->rollout()->clientsIn( RolloutState::On, RolloutState::Shadow ),
			$keeper->leavingClients()
		);
		$horizon = $this->horizon();
		foreach ( $ours as $client ) {
			// What native code does for a client that it does not know.
			$this->store->clients[$client] ??= [ 'seen' => 0, 'disabled' => 0, 'token' => 0 ];
		}
		$keeper->horizonFound( $horizon );
		foreach ( $ours as $client ) {
			$this->pass( $client, $keeper );
		}
	}

	private function pass( string $client, RolloutKeeper $keeper ): void {
		$state = &$this->store->clients[$client];
		$horizon = $this->horizon();
		if ( $state['disabled'] || $state['token'] || $state['seen'] >= $horizon ) {
			return;
		}
		$token = $state['token'] = ++$this->lastToken;
		$seen = $state['seen'];
		$batch = array_filter(
			array_keys( $this->store->changes ),
			static fn ( int $id ) => $id > $seen && $id <= $horizon
		);
		if ( $keeper->isWatched( $client ) ) {
			Fiber::suspend();
		} else {
			foreach ( $batch as $id ) {
				$this->deliver( $client, $id );
			}
		}
		Fiber::suspend();
		if ( $state['token'] === $token && $state['seen'] === $seen && !$state['disabled'] ) {
			$state['seen'] = $horizon;
		}
		if ( $state['token'] === $token ) {
			$state['token'] = 0;
		}
	}

	private function wikibaseJob( int $id ): void {
		$applied = $this->store->load();
		if ( $applied->wikibase() === AppliedRollout::IDLE ) {
			return;
		}
		if ( $applied->wikibase() === null ) {
			if ( isset( $this->store->changes[$id] ) ) {
				$this->deliverToThose( static fn () => true, $id );
				Fiber::getCurrent() && Fiber::suspend();
				unset( $this->store->changes[$id] );
			}
			return;
		}
		// From here on it reads in one transaction, or what it reads about clients is later than what about changes.
		$snapshot = mt_rand( 0, 1 ) ? $this->store->load() : null;
		$floor = ( $snapshot ?? $this->store->load() )->floor();
		if ( !isset( $this->store->changes[$id] ) || isset( $this->store->handed[$id] ) || $id <= $floor ) {
			return;
		}
		$now = $snapshot ?? $this->store->load();
		$isIdle = $now->wikibase() === AppliedRollout::IDLE;
		$this->deliverToThose(
			static fn ( string $client ) => !$isIdle && $now->of( $client ) !== AppliedRollout::ON,
			$id
		);
		$this->store->noteHanded( [ $id ] );
	}

	private function deliverToThose( callable $isMeant, int $id ): void {
		foreach ( array_filter( self::CLIENTS, $isMeant ) as $client ) {
			$this->deliver( $client, $id );
			Fiber::getCurrent() && Fiber::suspend();
		}
	}

	private function deliver( string $client, int $id ): void {
		$this->delivered[$client][$id] = ( $this->delivered[$client][$id] ?? 0 ) + 1;
	}

	private function start( callable $work ): void {
		if ( count( $this->processes ) < 6 ) {
			$this->processes[] = new Fiber( $work );
		}
	}

	private function advance(): void {
		if ( $this->processes === [] ) {
			return;
		}
		$at = mt_rand( 0, count( $this->processes ) - 1 );
		$process = $this->processes[$at];
		$process->isStarted() ? $process->resume() : $process->start();
		if ( $process->isTerminated() ) {
			array_splice( $this->processes, $at, 1 );
		}
	}

	private function settings( string|array $rollout ): WikiSettings {
		return new WikiSettings(
			[ 'rollout' => $rollout, 'localClientDatabases' => self::CLIENTS ],
			[], 'repo', new RecordingQueues(), new NullLogger()
		);
	}

	private function keeper( WikiSettings $settings ): RolloutKeeper {
		$reminder = new class( $this->remind( ... ) ) extends WikibaseReminder {

			public function __construct( private readonly \Closure $remind ) {
			}

			public function remind( array $entityIds ): void {
				( $this->remind )( $entityIds );
			}
		};
		$shadow = new class extends ShadowRecord {

			public function __construct() {
			}

			public function compare( string $site, int $since ): void {
			}

			public function forget( string $site ): void {
			}
		};
		return new RolloutKeeper( $this->store, $shadow, $settings, $reminder, new NullLogger() );
	}

	private function remind( array $entityIds ): void {
		foreach ( $entityIds as $entityId ) {
			$this->wikibaseJobs[] = (int)substr( $entityId, 1 );
		}
	}
}
