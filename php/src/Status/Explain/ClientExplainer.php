<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use MediaWiki\Extension\WikibaseDispatch\Base\Native\NativeFactory;
use MediaWiki\Extension\WikibaseDispatch\Dispatch\RefusedException;
use MediaWiki\Extension\WikibaseDispatch\Status\ClientStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;
use MediaWiki\Extension\WikibaseDispatch\Status\Health;
use MediaWiki\Extension\WikibaseDispatch\Status\StatusReader;

/**
 * Says why a client has no pass right now, and what can be done.
 */
class ClientExplainer {

	public function __construct( private readonly StatusReader $reader, private readonly NativeFactory $native ) {
	}

	/**
	 * @return list<string> sentences
	 * @throws RefusedException
	 */
	public function explain( string $siteId ): array {
		$status = $this->reader->read();
		foreach ( $status->clients() as $client ) {
			if ( $client->siteId() === $siteId ) {
				return array_values( array_filter( [
					self::place( $client, $status ),
					$this->condition( $client, $status ),
					self::failure( $client ),
					self::rollout( $client ),
					self::format( $client ),
					$status->health() === Health::Healthy ? '' : self::farm( $status ),
				] ) );
			}
		}
		throw RefusedException::unknownClient( $siteId );
	}

	private static function place( ClientStatus $client, FarmStatus $status ): string {
		if ( !$client->isOurs() ) {
			return '';
		}
		$now = $status->takenAt();
		$place = "{$client->siteId()} has seen everything up to change {$client->seen()}; ";
		if ( $client->pending() > 0 ) {
			$place .= "{$client->pending()} more can be dispatched, up to {$status->horizon()}. The oldest that waits "
				. 'is ' . Spans::span( $client->lagSeconds() ) . ' old. ';
		} else {
			$place .= "the newest is {$status->newest()}. ";
		}
		return $place . 'Its last pass ended: ' . Spans::ago( $client->lastPass(), $now ) . '.';
	}

	private function condition( ClientStatus $client, FarmStatus $status ): string {
		$now = $status->takenAt();
		$siteId = $client->siteId();
		return match ( $client->condition() ) {
			'up-to-date' => 'Nothing waits for it.',
			'due' => 'It is due: whoever runs the next job of the repo serves it.' . $this->lock( $siteId ),
			'not-due' => 'It rests between two passes (dispatchDefaultDispatchInterval) until '
				. self::until( $client->dueAt(), $now ) . '.' . $this->lock( $siteId ),
			'claimed' => 'A runner holds its claim, until ' . self::until( $client->claimedUntil(), $now )
				. '. If that runner has died, another takes over then.',
			'resting' => 'Its last passes failed, ' . $client->failures() . ' in a row. It is tried again at '
				. self::until( $client->restingUntil(), $now ) . '; CatchUp.php tries as soon as that.',
			'gap' => self::gap( $status ),
			'lock-held' => ( $client->claimedUntil() === null
				? 'Somebody holds its lock.'
				: 'Somebody holds its claim, until ' . self::until( $client->claimedUntil(), $now )
					. ', and has done nothing with it for long; another takes over then.' ) . $this->lock( $siteId ),
			'unhandled' => self::unhandled( $client, $now ),
			'disabled' => 'An admin has disabled it: nothing is dispatched to it, and nothing is kept for it. '
				. "EnableClient.php $siteId has it served again.",
			ClientStatus::NOT_OURS => "The rollout of $siteId is {$client->rollout()}: Wikibase's own dispatching "
				. 'serves it, and we do not.',
			ClientStatus::REFUSED => 'It cannot be served as it is configured, and gets nothing. No change is deleted '
				. 'until localClientDatabases is corrected.',
			'uninitialised' => 'No trigger has met it since it was configured; the next one does.',
			default => $client->condition(),
		};
	}

	private static function unhandled( ClientStatus $client, int $now ): string {
		$receipts = $client->receipts();
		if ( $receipts === null ) {
			return 'It was sent everything.';
		}
		$passes = array_map( static fn ( array $pass ) => self::pass( $pass, $now ), $receipts['unhandled'] );
		return "It was sent everything, and has handled everything up to change {$receipts['handled']}. It reported "
			. Spans::ago( $receipts['reported'], $now ) . '. ' . self::whyUnhandled( $receipts )
			. 'Not handled: ' . implode( '; ', $passes ) . '.';
	}

	/**
	 * @param array{
	 *   handled:int,
	 *   reported:int,
	 *   isIdle:bool|null,
	 *   failure:string|null,
	 *   unhandled:list<array{first:int,upto:int,since:int,sent:int,tries:int}>
	 * } $receipts
	 */
	private static function whyUnhandled( array $receipts ): string {
		if ( $receipts['failure'] !== null ) {
			return "A notification failed there with {$receipts['failure']}; its log says more. ";
		}
		$last = max( array_column( $receipts['unhandled'], 'sent' ) ?: [ 0 ] );
		return match ( true ) {
			$receipts['reported'] < $last => 'Nothing was heard since it was sent something last: probably nobody runs '
				. 'its jobs. ',
			$receipts['isIdle'] === false => 'Notifications wait in its queue. ',
			$receipts['isIdle'] === true => 'No notification waits in its queue: they were lost or given up there, and '
				. 'are sent again. ',
			default => '',
		};
	}

	/**
	 * @param array{first:int,upto:int,since:int,sent:int,tries:int} $pass
	 * @param int $now
	 */
	private static function pass( array $pass, int $now ): string {
		$changes = $pass['first'] === $pass['upto']
			? "change {$pass['first']}" : "changes {$pass['first']} to {$pass['upto']}";
		$again = match ( $pass['tries'] ) {
			0 => '',
			1 => ', and once more ' . Spans::ago( $pass['sent'], $now ),
			default => ", and {$pass['tries']} times more, the last " . Spans::ago( $pass['sent'], $now ),
		};
		return "$changes, sent " . Spans::ago( $pass['since'], $now ) . $again;
	}

	/** It is asked here for one client, whether anything else looks suspicious or not. */
	private function lock( string $siteId ): string {
		$name = $this->native->dispatcher()->heldLock( $siteId );
		return $name === null ? '' : " Somebody holds its lock, '$name' (on MariaDB and MySQL, where it is one of the "
			. "database's: SELECT IS_USED_LOCK('$name') names the connection).";
	}

	private static function gap( FarmStatus $status ): string {
		$gap = $status->gap();
		if ( $gap === null ) {
			return "It waits for what is visible behind change {$status->horizon()}, and can be dispatched soon.";
		}
		$age = $gap['since'] === null ? 0 : $status->takenAt() - $gap['since'];
		$edit = 'It waits at a gap in the ids ' . Reasons::ids( $gap['first'], $gap['last'] ) . ': ';
		return $edit . ( $gap['isHeld']
			? 'an edit has taken them and has not ended'
				. ( $age > 0 ? ', for ' . Spans::span( $age ) . ' at least' : '' )
				. '. Everything behind it is dispatched when its transaction ends.'
			: 'nobody holds them, but they are missing for so short a time that an edit may still come (gapGrace).' );
	}

	private static function failure( ClientStatus $client ): string {
		return $client->lastError() === null ? '' : "The last error: {$client->lastError()}.";
	}

	private static function rollout( ClientStatus $client ): string {
		return match ( $client->rollout() ) {
			'shadow' => "Its rollout is shadow: Wikibase's own dispatching serves it, and our passes send nothing.",
			'leaving' => "It is leaving: what was written before its rollout was set to off is still delivered by us.",
			default => '',
		};
	}

	private static function format( ClientStatus $client ): string {
		$why = $client->whyNotWanted();
		$format = (string)$client->format();
		return $why === null
			? ( $format === '' ? '' : "It is told in $format." )
			: "It is told in $format, not in {$client->wantedFormat()}. "
				. Notices::whyNotWanted( $why, $format, (string)$client->wantedFormat() );
	}

	private static function farm( FarmStatus $status ): string {
		return "The whole is {$status->health()->value} ({$status->reason()}): " . Reasons::sentence( $status );
	}

	private static function until( ?int $moment, int $now ): string {
		return $moment === null ? 'soon' : Spans::moment( $moment ) . ', in ' . Spans::span( $moment - $now );
	}
}
