<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Rollout;

use MediaWiki\Extension\WikibaseDispatch\Log\Event;
use MediaWiki\Extension\WikibaseDispatch\Settings\WikiSettings;
use Psr\Log\LoggerInterface;

/**
 * Brings about what the rollout is configured to be, so that no change is lost whoever edits meanwhile.
 *
 * The rules, which docs/architecture.md derives:
 * - Wikibase's job leaves out a client only when ours is known to begin at a change after which nothing has been handed
 *   over without it. That is the floor.
 * - A client that goes back to Wikibase is Wikibase's first. Only then is it asked which change is the last that may
 *   have been handed over without it; ours delivers up to there, and then leaves.
 */
class RolloutKeeper {

	/** Seconds after which a change that Wikibase's own dispatching has not handed over is brought to its mind. */
	private const FORGOTTEN_AFTER = 300;

	/** Changes looked at per trigger. */
	private const LOOK_AHEAD = 200;
	/** Likewise, where Wikibase serves everybody. */
	private const PASSED_ON = 1000;

	public function __construct(
		private readonly RolloutStore $store,
		private readonly ShadowRecord $shadow,
		private readonly WikiSettings $settings,
		private readonly WikibaseReminder $reminder,
		private readonly LoggerInterface $logger
	) {
	}

	/** To be called before anything is dispatched. Costs one small statement where nothing has changed. */
	public function begin(): void {
		if ( $this->isToBeChanged( $this->store->load() ) ) {
			$this->store->alone( function (): void {
				// Another process may have done it meanwhile.
				$applied = $this->store->load();
				if ( $this->isToBeChanged( $applied ) ) {
					$this->change( $applied );
				}
			} );
		}
		$this->store->commit();
	}

	/**
	 * To be called when the horizon is known.
	 *
	 * @param int $horizon
	 */
	public function horizonFound( int $horizon ): void {
		$applied = $this->store->load();
		if ( $applied->wikibase() === AppliedRollout::SERVING ) {
			$this->follow( $applied, $horizon );
		} elseif ( $applied->wikibase() === null ) {
			$this->passOn();
		}
		$this->store->commit();
	}

	/**
	 * Wikibase serves every client, and then no edit asks for a trigger. Somebody did all the same: an edit on a server
	 * that has the configuration of a moment ago, by which Wikibase's own job was not needed. Or a job of Wikibase's
	 * that was under way in that moment, and has noted what it would have deleted: the next would send it again.
	 */
	private function passOn(): void {
		$unhanded = $this->store->unhanded( 0, $this->store->lastChange(), self::PASSED_ON );
		$this->reminder->remind( self::entities( $unhanded ) );
		if ( $this->store->isSomethingHanded() ) {
			$this->store->alone( function (): void {
				// Nobody rolls anything out at the same time, or what is handed over could be needed by ours.
				if ( $this->store->load()->wikibase() === null ) {
					$this->store->deleteHandedChanges( 0 );
				}
			} );
		}
	}

	private function follow( AppliedRollout $applied, int $horizon ): void {
		$unhanded = $this->store->unhanded( $applied->floor(), $horizon, self::LOOK_AHEAD );
		$floor = $unhanded === [] ? $horizon : $unhanded[0]['id'] - 1;
		if ( $floor > $applied->floor() ) {
			$this->store->raiseFloor( $floor );
		}
		$this->remind( $unhanded );
		foreach ( $applied->watched() as $client => $since ) {
			$this->shadow->compare( $client, $since );
		}
		if ( $this->leftNow( $applied ) !== [] ) {
			$this->store->alone( fn () => $this->letGo( $this->store->load() ) );
			$this->begin();
			if ( $this->store->load()->wikibase() === null ) {
				// That was the last one, and this may be the last trigger.
				$this->passOn();
			}
		}
	}

	/**
	 * Clients that are to be Wikibase's, but are still delivered to by us.
	 *
	 * @return list<string>
	 */
	public function leavingClients(): array {
		if ( $this->settings->rollout()->isEverywhere( RolloutState::On ) ) {
			return [];
		}
		$leaving = $this->store->load()->clientsIn( AppliedRollout::LEAVING );
		$this->store->commit();
		return array_intersect( $leaving, $this->settings->rollout()->clients() );
	}

	/** Whether what we dispatch to a client is to be noted instead of sent. To be asked when its pass has begun. */
	public function isWatched( string $client ): bool {
		return !$this->settings->rollout()->isEverywhere( RolloutState::On )
			&& $this->store->load()->of( $client ) === AppliedRollout::SHADOW;
	}

	/** The last change that may be deleted when ours have seen it: Wikibase needs the rest. Null: it needs none. */
	public function pruneLimit(): ?int {
		$applied = $this->store->load();
		$this->store->commit();
		$needsNone = match ( $applied->wikibase() ) {
			AppliedRollout::IDLE => true,
			// Nobody has looked yet; a client of ours that has not begun holds back everything by itself.
			null => $this->settings->rollout()->isEverywhere( RolloutState::On ),
			default => false,
		};
		return $needsNone ? null : $applied->floor();
	}

	private function isToBeChanged( AppliedRollout $applied ): bool {
		$wanted = $this->settings->rollout();
		switch ( $applied->wikibase() ) {
			case null:
				return !$wanted->isEverywhere( RolloutState::Off );
			case AppliedRollout::IDLE:
				return !$wanted->isEverywhere( RolloutState::On );
			case AppliedRollout::STARTING:
				return true;
		}
		if ( in_array( AppliedRollout::UNKNOWN, $applied->leaving() + $applied->watched(), true ) ) {
			return true;
		}
		foreach ( $wanted->clients() as $client ) {
			if ( !$this->isAsWanted( $wanted->of( $client ), $applied->of( $client ) ) ) {
				return true;
			}
		}
		return $this->removed( $applied ) !== []
			|| $wanted->isEverywhere( RolloutState::On )
			|| ( $wanted->isEverywhere( RolloutState::Off ) && !$applied->hasClients() );
	}

	private function isAsWanted( RolloutState $wanted, ?string $applied ): bool {
		return match ( $wanted ) {
			RolloutState::On => $applied === AppliedRollout::ON,
			RolloutState::Shadow => $applied === AppliedRollout::SHADOW || $applied === AppliedRollout::LEAVING,
			RolloutState::Off => $applied === null || $applied === AppliedRollout::LEAVING,
		};
	}

	private function change( AppliedRollout $applied ): void {
		$wanted = $this->settings->rollout();
		Event::RolloutChanged->write( $this->logger, [
			'on' => implode( ', ', $wanted->clientsIn( RolloutState::On ) ) ?: 'none',
			'shadow' => implode( ', ', $wanted->clientsIn( RolloutState::Shadow ) ) ?: 'none',
		] );
		if ( $applied->wikibase() === null && $wanted->isEverywhere( RolloutState::On ) ) {
			// What waits in the buffer is what Wikibase has not handed over: our clients begin at its start.
			$this->store->atOnce( function (): void {
				$this->store->start( $this->settings->clients(), 0 );
				$this->store->put( AppliedRollout::WIKIBASE, AppliedRollout::IDLE );
			} );
			return;
		}
		$this->store->atOnce( fn () => $this->step( $wanted, $applied ) );
		$this->settle();
		$this->finish( $wanted );
	}

	private function step( Rollout $wanted, AppliedRollout $applied ): void {
		$wereAllOurs = $applied->wikibase() === AppliedRollout::IDLE;
		if ( $applied->wikibase() === null ) {
			$this->store->put( AppliedRollout::WIKIBASE, AppliedRollout::SERVING, 0 );
		} elseif ( $wereAllOurs ) {
			$this->store->put( AppliedRollout::WIKIBASE, AppliedRollout::STARTING, $this->store->lastChange() );
		}
		foreach ( $wanted->clients() as $client ) {
			$is = $wereAllOurs ? AppliedRollout::ON : $applied->of( $client );
			if ( $wereAllOurs || !$this->isAsWanted( $wanted->of( $client ), $is ) ) {
				$this->stepClient( $client, $is, $wanted->of( $client ), $applied->floor() );
			}
		}
		$this->store->remove( $this->removed( $applied ) );
	}

	private function stepClient( string $client, ?string $is, RolloutState $wanted, int $floor ): void {
		$domain = $this->settings->clients()[$client];
		if ( $wanted === RolloutState::On ) {
			if ( $is === null ) {
				$this->store->start( [ $client => $domain ], $floor );
			} elseif ( $is === AppliedRollout::SHADOW ) {
				$this->store->startAgain( $client, $domain, $floor );
				$this->shadow->forget( $client );
			}
			$this->store->put( $client, AppliedRollout::ON );
		} elseif ( $is === AppliedRollout::ON ) {
			$this->store->put( $client, AppliedRollout::LEAVING, AppliedRollout::UNKNOWN );
		} elseif ( $wanted === RolloutState::Shadow ) {
			// A job that was under way when it was watched before may have noted something since.
			$this->shadow->forget( $client );
			$this->store->start( [ $client => $domain ], $floor );
			$this->store->put( $client, AppliedRollout::SHADOW, AppliedRollout::UNKNOWN );
		} else {
			$this->shadow->forget( $client );
			// What it has only looked at is not to count when it comes back.
			$this->store->startAgain( $client, $domain, $floor );
			$this->store->stop( $client );
			$this->store->remove( [ $client ] );
		}
	}

	/**
	 * From here on Wikibase's job knows who is its own, or watched: whatever it has done without knowing is about a
	 * change that is visible by now, in a transaction that begins here.
	 */
	private function settle(): void {
		$applied = $this->store->load();
		$isStarting = $applied->wikibase() === AppliedRollout::STARTING;
		$unknown = [];
		foreach ( [ AppliedRollout::LEAVING => $applied->leaving(), AppliedRollout::SHADOW => $applied->watched() ]
			as $state => $positions
		) {
			$unknown += array_fill_keys( array_keys( $positions, AppliedRollout::UNKNOWN, true ), $state );
		}
		if ( $unknown === [] && !$isStarting ) {
			return;
		}
		$last = $unknown === [] ? $applied->floor() : $this->store->lastChange();
		// All or none: who comes after a process that died here asks for a later change, and that would be the floor.
		// What is between it and the position of a client that had its own already would be nobody's.
		$this->store->atOnce( function () use ( $unknown, $last, $isStarting ): void {
			foreach ( $unknown as $client => $state ) {
				$this->store->put( (string)$client, $state, $last );
			}
			if ( $isStarting ) {
				// Whoever is Wikibase's again gets everything up to here from us.
				$this->store->put( AppliedRollout::WIKIBASE, AppliedRollout::SERVING, $last );
			}
		} );
	}

	private function finish( Rollout $wanted ): void {
		$applied = $this->store->load();
		if ( $wanted->isEverywhere( RolloutState::On ) ) {
			$this->store->atOnce( function () use ( $applied ): void {
				$this->store->remove( $applied->clientsIn( AppliedRollout::ON ) );
				$this->store->put( AppliedRollout::WIKIBASE, AppliedRollout::IDLE );
			} );
		} elseif ( $wanted->isEverywhere( RolloutState::Off ) && !$applied->hasClients() ) {
			$this->store->deleteHandedChanges( $applied->floor() );
			$this->store->remove( [ AppliedRollout::WIKIBASE ] );
		}
	}

	/**
	 * @return list<string> clients that leave and have got all that they may get from nobody else
	 */
	private function leftNow( AppliedRollout $applied ): array {
		$leaving = array_filter(
			$applied->leaving(),
			static fn ( int $position ) => $position !== AppliedRollout::UNKNOWN
		);
		$seen = $this->store->seen( array_keys( $leaving ) );
		return array_keys( array_filter(
			$leaving,
			// One that an admin has disabled gets nothing, and does not stay for ever.
			static fn ( int $position, string $client ) => !isset( $seen[$client] ) || $seen[$client] >= $position,
			ARRAY_FILTER_USE_BOTH
		) );
	}

	private function letGo( AppliedRollout $applied ): void {
		foreach ( $this->leftNow( $applied ) as $client ) {
			$this->store->atOnce( function () use ( $client ): void {
				$this->store->stop( $client );
				$this->store->remove( [ $client ] );
			} );
			Event::ClientLeft->write( $this->logger, [ 'client' => $client ] );
		}
	}

	/**
	 * @return list<string> clients that are none any more
	 */
	private function removed( AppliedRollout $applied ): array {
		$known = array_merge( ...array_map(
			$applied->clientsIn( ... ),
			[ AppliedRollout::ON, AppliedRollout::SHADOW, AppliedRollout::LEAVING ]
		) );
		return array_values( array_diff( $known, $this->settings->rollout()->clients() ) );
	}

	/**
	 * The job of an edit can be lost, or may never have been pushed, by a server that had an older configuration.
	 *
	 * @param list<array{id:int,entityId:string,time:string}> $unhanded
	 */
	private function remind( array $unhanded ): void {
		$before = wfTimestamp( TS_MW, time() - self::FORGOTTEN_AFTER );
		$forgotten = array_filter( $unhanded, static fn ( array $change ) => $change['time'] < $before );
		$this->reminder->remind( self::entities( $forgotten ) );
	}

	/**
	 * @param array<int,array{id:int,entityId:string,time:string}> $changes
	 * @return list<string> each once
	 */
	private static function entities( array $changes ): array {
		return array_values( array_unique( array_column( $changes, 'entityId' ) ) );
	}
}
