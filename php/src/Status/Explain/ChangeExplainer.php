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
 *
 * Nothing that it says was written by an editor: neither users nor comments are named.
 */
class ChangeExplainer {

	/** Changes of an entity that are explained. */
	private const MOST_CHANGES = 3;

	/** Clients that are named of each state where they are many: of one change, and of one of several. */
	private const NAMED = 10;
	private const NAMED_OF_SEVERAL = 4;

	public function __construct(
		private readonly NativeFactory $native,
		private readonly WikiSettings $settings,
		private readonly RolloutStore $rollout,
		private readonly EntityChanges $changes
	) {
	}

	/**
	 * @param int $changeId
	 * @param string|null $only site ID of the only client that is asked about
	 * @param bool $quotesErrors whether errors are quoted, which may hold parts of the change: not where everybody
	 *   reads
	 * @param int|null $horizon as it is, if that is known
	 * @throws RefusedException
	 */
	public function explain(
		int $changeId, ?string $only, bool $quotesErrors = false, ?int $horizon = null
	): ChangeExplanation {
		$this->requireClient( $only );
		$horizon ??= $this->native->dispatcher()->horizon();
		return $this->explained( $changeId, $horizon, $only, self::NAMED, $quotesErrors );
	}

	/**
	 * The newest changes of an entity, for a bounded number of statements.
	 *
	 * @param string $entityId
	 * @param string|null $only as for {@see explain()}
	 * @param bool $quotesErrors as for {@see explain()}
	 * @param int|null $horizon as for {@see explain()}
	 * @throws RefusedException
	 */
	public function explainEntity(
		string $entityId, ?string $only, bool $quotesErrors = false, ?int $horizon = null
	): EntityExplanation {
		$this->requireClient( $only );
		// First, because it says what is wrong with a database that cannot be used.
		$horizon ??= $this->native->dispatcher()->horizon();
		$found = $this->changes->newest( $entityId, self::MOST_CHANGES );
		return new EntityExplanation( self::search( $entityId, $found ), array_map(
			fn ( int $id ) => $this->explained( $id, $horizon, $only, self::NAMED_OF_SEVERAL, $quotesErrors ),
			$found->ids
		) );
	}

	private function requireClient( ?string $siteId ): void {
		if ( $siteId !== null && !array_key_exists( $siteId, $this->settings->clients() ) ) {
			throw RefusedException::unknownClient( $siteId );
		}
	}

	/**
	 * @return list<Sentence>
	 */
	private static function search( string $entityId, FoundChanges $found ): array {
		$entity = Param::name( $entityId );
		$count = Param::number( count( $found->ids ) );
		return [
			match ( true ) {
				$found->ids === [] => Sentence::of( 'explain-entity-none', $entity ),
				$found->hasMore => Sentence::of( 'explain-entity-newest', $entity, $count ),
				default => Sentence::of( 'explain-entity-all', $entity, $count ),
			},
			...( $found->searchedAfter === null
				? [] : [ Sentence::of( 'explain-entity-window', Param::id( $found->searchedAfter ) ) ] ),
		];
	}

	private function explained(
		int $changeId, int $horizon, ?string $only, int $named, bool $quotesErrors
	): ChangeExplanation {
		$audience = $this->native->dispatcher()->audience( $changeId );
		if ( $audience === null ) {
			return new ChangeExplanation( $changeId, [ $this->absence( $changeId, $horizon ) ] );
		}
		$entityId = Param::name( $audience->entityId() );
		$members = $this->members( $audience, $entityId );
		$change = self::change( $audience, $horizon, $quotesErrors );
		if ( $only === null ) {
			$end = $members === []
				? Sentence::of( 'explain-none-notified', $entityId ) : Sentence::of( 'explain-no-others' );
			return new ChangeExplanation( $changeId, $change, $members, $named, [ $end ] );
		}
		$members = array_values( array_filter(
			$members, static fn ( AudienceMember $member ) => $member->siteId === $only
		) );
		$end = $members === [] ? [ Sentence::of( 'explain-not-notified', Param::name( $only ), $entityId ) ] : [];
		return new ChangeExplanation( $changeId, $change, $members, $named, $end );
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
	private static function change( ChangeAudience $audience, int $horizon, bool $quotesErrors ): array {
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
			$sentences[] = $quotesErrors
				? Sentence::of( 'explain-change-unreadable', Param::name( $whyBad ) )
				: Sentence::of( 'explain-change-unreadable-unquoted' );
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
	 * @return list<AudienceMember>
	 */
	private function members( ChangeAudience $audience, Param $entityId ): array {
		$members = [];
		foreach ( $audience->listeners() as $listener ) {
			$members[] = $this->listener( $listener, $audience, $entityId );
		}
		foreach ( $audience->strangers() as $siteId ) {
			$members[] = array_key_exists( $siteId, $this->settings->clients() )
				? new AudienceMember( $siteId, AudienceState::Wikibase, Sentence::of(
					'explain-rolled-back', Param::client( $siteId ), $entityId
				) )
				: new AudienceMember( $siteId, AudienceState::NoClient, Sentence::of(
					'explain-no-client', Param::name( $siteId ), $entityId
				) );
		}
		return $members;
	}

	private function listener( Listener $listener, ChangeAudience $audience, Param $entityId ): AudienceMember {
		$siteId = $listener->siteId();
		[ $state, $progress ] = self::ownState( $listener, $audience );
		if ( $this->settings->rollout()->of( $siteId ) === RolloutState::Shadow ) {
			[ $state, $progress ] = [ AudienceState::Wikibase, Sentence::of( 'explain-in-shadow', $progress ) ];
		}
		return new AudienceMember( $siteId, $state, Sentence::of(
			'explain-client', Param::client( $siteId ), self::why( $listener, $entityId ), $progress
		) );
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

	/**
	 * @return array{AudienceState,Sentence}
	 */
	private static function ownState( Listener $listener, ChangeAudience $audience ): array {
		$changeId = $audience->changeId();
		$seen = $listener->seen();
		$pass = $listener->unhandled();
		return match ( true ) {
			$pass !== null => [ AudienceState::Unhandled, self::unhandled( $pass ) ],
			$listener->isHandled() === true => [ AudienceState::Handled, Sentence::of(
				'explain-change-handled', self::moment( (int)$listener->reported() )
			) ],
			$seen === null => [ AudienceState::NotStarted, Sentence::of( 'explain-not-started' ) ],
			$seen >= $changeId && $audience->foundLate() !== null && !$listener->isDisabled() => [
				AudienceState::Delivered, Sentence::of( 'explain-delivered-soon', Param::id( $seen ) )
			],
			$seen >= $changeId => [
				AudienceState::Delivered, Sentence::of( 'explain-delivered', Param::id( $seen ) )
			],
			$listener->isDisabled() => [ AudienceState::Disabled, Sentence::of( 'explain-undeliverable' ) ],
			default => [ AudienceState::Waiting, Sentence::of( 'explain-undelivered', Param::id( $seen ) ) ],
		};
	}

	/** With its date: it may be of any day. */
	private static function moment( int $time ): Param {
		return Param::moment( $time, 0 );
	}
}
