<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\RolloutState;
use MediaWiki\Extension\WikibaseDispatch\Base\Settings\WikiSettings;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Migration\Rollout\RolloutStore;
use WikibaseDispatch\ChangeAudience;
use WikibaseDispatch\Listener;

/**
 * Says who was or will be told of a change, and why. Who must be is decided by native code, by the rule of the passes.
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
	 * @return list<string> sentences
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
		return [ ...self::change( $audience, $horizon ), ...$this->people( $audience, $only ) ];
	}

	private function absence( int $changeId, int $horizon ): string {
		$newest = $this->rollout->lastChange();
		$this->rollout->commit();
		return match ( true ) {
			$changeId > $newest => "There is no change $changeId yet: the newest that is visible is $newest.",
			$changeId > $horizon => "Change $changeId is not visible: its edit may not have ended. Until that is "
				. "known, nothing behind change $horizon is dispatched.",
			default => "Change $changeId is not in the change buffer: it was pruned when every client had seen it, or "
				. 'its edit was rolled back. Nobody is going to be told of it.',
		};
	}

	/**
	 * @return list<string>
	 */
	private static function change( ChangeAudience $audience, int $horizon ): array {
		$id = $audience->changeId();
		$revision = $audience->revisionId();
		$sentences = [
			"Change $id: {$audience->changeType()} of {$audience->entityId()}"
			. ( $revision ? ", revision $revision" : '' )
			. ', at ' . Spans::moment( (int)wfTimestamp( TS_UNIX, $audience->time() ) ) . '.',
		];
		if ( $audience->whyBad() !== null ) {
			$sentences[] = "It cannot be read ({$audience->whyBad()}): those who are subscribed are told all the same, "
				. 'and site links in it are not known.';
		}
		$foundLate = $audience->foundLate();
		if ( $foundLate !== null ) {
			$sentences[] = 'It was late: it became visible after dispatching had passed its id, and was found at '
				. Spans::moment( $foundLate )
				. '. Clients that had moved past it get it in a pass of its own.';
		}
		if ( $id > $horizon ) {
			$sentences[] = "It waits for an edit before it that has not ended: nothing behind change $horizon is "
				. 'dispatched until then.';
		}
		return $sentences;
	}

	/**
	 * @return list<string>
	 */
	private function people( ChangeAudience $audience, ?string $only ): array {
		$sentences = [];
		foreach ( $audience->listeners() as $listener ) {
			$siteId = $listener->siteId();
			$sentences[$siteId] = $siteId . ' ' . self::why( $listener, $audience->entityId() ) . ': '
				. $this->state( $listener, $audience ) . '.';
		}
		foreach ( $audience->strangers() as $siteId ) {
			$sentences[$siteId] = "$siteId is subscribed to {$audience->entityId()} or linked by it, but "
				. ( array_key_exists( $siteId, $this->settings->clients() )
					? "its rollout is off: Wikibase's own dispatching tells it."
					: 'is no client of this repo, and is not told.' );
		}
		if ( $only !== null ) {
			return [ $sentences[$only] ?? "$only is not told: it is neither subscribed to {$audience->entityId()} nor "
				. 'is its site link changed.' ];
		}
		if ( $sentences === [] ) {
			return [
				"Nobody is told: no client is subscribed to {$audience->entityId()}, and no site link of one changes."
			];
		}
		return [ ...array_values( $sentences ), 'By the subscriptions that there are now, nobody else is told.' ];
	}

	private static function why( Listener $listener, string $entityId ): string {
		return implode( ', and ', array_filter( [
			$listener->isSubscribed() ? "is subscribed to $entityId" : '',
			$listener->isLinked() ? 'its site link is changed' : '',
		] ) );
	}

	/**
	 * @param array{first:int,upto:int,since:int,sent:int,tries:int} $pass
	 */
	private static function moments( array $pass ): string {
		$at = 'at ' . Spans::moment( $pass['since'] );
		return match ( $pass['tries'] ) {
			0 => $at,
			1 => "$at and once more at " . Spans::moment( $pass['sent'] ),
			default => "$at and {$pass['tries']} times more, the last at " . Spans::moment( $pass['sent'] ),
		};
	}

	private function state( Listener $listener, ChangeAudience $audience ): string {
		$changeId = $audience->changeId();
		$seen = $listener->seen();
		$pass = $listener->unhandled();
		$state = match ( true ) {
			$pass !== null => 'it was sent it ' . self::moments( $pass ) . ', and has not handled it',
			$listener->isHandled() === true => 'it has handled it, as it said at '
				. Spans::moment( (int)$listener->reported() ) . ', or was set past it',
			$seen === null => 'it is going to be told when a trigger has met it',
			$seen >= $changeId && $audience->foundLate() !== null && !$listener->isDisabled() =>
				"it has been told, or is about to be (it has seen everything up to $seen)",
			$seen >= $changeId => "it has been told, or was set past it (it has seen everything up to $seen)",
			$listener->isDisabled() => 'it is disabled, and is not told unless it is enabled after an earlier change',
			default => "it is going to be told (it has seen everything up to $seen)",
		};
		return $this->settings->rollout()->of( $listener->siteId() ) === RolloutState::Shadow
			? "by Wikibase's own dispatching, since its rollout is shadow; for ours, $state"
			: $state;
	}
}
