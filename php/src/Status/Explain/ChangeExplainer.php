<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use WikibaseDispatch\ChangeAudience;
use WikibaseDispatch\Listener;

/**
 * Says which clients were or will be notified of a change, and why. Native code decides which must be, by the rule of
 * the passes.
 */
class ChangeExplainer {

	public function __construct(
		private readonly NativeFactory $native,
		private readonly WikiSettings $settings,
		private readonly RolloutStore $rollout
	) {
	}

	/**
	 * @param int $changeId
	 * @param string|null $only site id of the only client that is asked about
	 * @return list<Sentence>
	 * @throws RefusedException
	 */
	public function explain( int $changeId, ?string $only ): array {
		if ( $only !== null && !array_key_exists( $only, $this->settings->clients() ) ) {
			throw RefusedException::unknownClient( $only );
		}
		$dispatcher = $this->native->dispatcher();
		$audience = $dispatcher->audience( $changeId );
		$horizon = $dispatcher->horizon();
		if ( $audience === null ) {
			return [ $this->absence( $changeId, $horizon ) ];
		}
		return [ ...self::change( $audience, $horizon ), ...$this->clients( $audience, $only ) ];
	}

	private function absence( int $changeId, int $horizon ): Sentence {
		$newest = $this->rollout->lastChange();
		$this->rollout->commit();
		$id = Param::id( $changeId );
		return match ( true ) {
			$changeId > $newest => Sentence::of( 'explain-change-not-yet', $id, Param::id( $newest ) ),
			$changeId > $horizon => Sentence::of( 'explain-change-invisible', $id, Param::id( $horizon ) ),
			default => Sentence::of( 'explain-change-gone', $id ),
		};
	}

	/**
	 * @return list<Sentence>
	 */
	private static function change( ChangeAudience $audience, int $horizon ): array {
		$revision = $audience->revisionId();
		$sentences = [ Sentence::of(
			$revision ? 'explain-change-of-revision' : 'explain-change',
			Param::id( $audience->changeId() ),
			Param::name( $audience->changeType() ),
			Param::name( $audience->entityId() ),
			self::moment( (int)wfTimestamp( TS_UNIX, $audience->time() ) ),
			...( $revision ? [ Param::id( $revision ) ] : [] )
		) ];
		$whyBad = $audience->whyBad();
		if ( $whyBad !== null ) {
			$sentences[] = Sentence::of( 'explain-change-unreadable', Param::name( $whyBad ) );
		}
		$foundLate = $audience->foundLate();
		if ( $foundLate !== null ) {
			$sentences[] = Sentence::of( 'explain-change-late', self::moment( $foundLate ) );
		}
		if ( $audience->changeId() > $horizon ) {
			$sentences[] = Sentence::of( 'explain-change-blocked', Param::id( $horizon ) );
		}
		return $sentences;
	}

	/**
	 * @return list<Sentence>
	 */
	private function clients( ChangeAudience $audience, ?string $only ): array {
		$entityId = Param::name( $audience->entityId() );
		$sentences = [];
		foreach ( $audience->listeners() as $listener ) {
			$siteId = $listener->siteId();
			$sentences[$siteId] = Sentence::of(
				'explain-client', Param::name( $siteId ), self::why( $listener, $entityId ),
				$this->state( $listener, $audience )
			);
		}
		foreach ( $audience->strangers() as $siteId ) {
			$sentences[$siteId] = Sentence::of(
				array_key_exists( $siteId, $this->settings->clients() ) ? 'explain-rolled-back' : 'explain-no-client',
				Param::name( $siteId ),
				$entityId
			);
		}
		if ( $only !== null ) {
			return [ $sentences[$only] ?? Sentence::of( 'explain-not-notified', Param::name( $only ), $entityId ) ];
		}
		return $sentences === []
			? [ Sentence::of( 'explain-none-notified', $entityId ) ]
			: [ ...array_values( $sentences ), Sentence::of( 'explain-no-others' ) ];
	}

	private static function why( Listener $listener, Param $entityId ): Sentence {
		return match ( true ) {
			!$listener->isSubscribed() => Sentence::of( 'explain-linked' ),
			$listener->isLinked() => Sentence::of( 'explain-subscribed-and-linked', $entityId ),
			default => Sentence::of( 'explain-subscribed', $entityId ),
		};
	}

	/**
	 * @param array{first:int,upto:int,since:int,sent:int,tries:int} $pass
	 */
	private static function unhandled( array $pass ): Sentence {
		$since = self::moment( $pass['since'] );
		return $pass['tries'] === 0
			? Sentence::of( 'explain-sent-unhandled', $since )
			: Sentence::of(
				'explain-sent-again-unhandled', $since, Param::number( $pass['tries'] ), self::moment( $pass['sent'] )
			);
	}

	private function state( Listener $listener, ChangeAudience $audience ): Sentence {
		$state = self::ownState( $listener, $audience );
		return $this->settings->rollout()->of( $listener->siteId() ) === RolloutState::Shadow
			? Sentence::of( 'explain-in-shadow', $state )
			: $state;
	}

	private static function ownState( Listener $listener, ChangeAudience $audience ): Sentence {
		$changeId = $audience->changeId();
		$seen = $listener->seen();
		$pass = $listener->unhandled();
		return match ( true ) {
			$pass !== null => self::unhandled( $pass ),
			$listener->isHandled() === true => Sentence::of(
				'explain-change-handled', self::moment( (int)$listener->reported() )
			),
			$seen === null => Sentence::of( 'explain-not-started' ),
			$seen >= $changeId && $audience->foundLate() !== null && !$listener->isDisabled() => Sentence::of(
				'explain-delivered-soon', Param::id( $seen )
			),
			$seen >= $changeId => Sentence::of( 'explain-delivered', Param::id( $seen ) ),
			$listener->isDisabled() => Sentence::of( 'explain-undeliverable' ),
			default => Sentence::of( 'explain-undelivered', Param::id( $seen ) ),
		};
	}

	/** With its date: it may be of any day. */
	private static function moment( int $time ): Param {
		return Param::moment( $time, 0 );
	}
}
