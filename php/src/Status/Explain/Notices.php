<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;

/**
 * Says at a shell what an admin should know beside the verdict: what needs attention, which clients are not told as
 * wanted, and which changes were late or set aside. The codes of warnings are the same as everywhere else.
 */
final class Notices {

	/** Late changes, or clients, that are named; the others are only counted. */
	public const MOST = 10;

	/**
	 * @return list<string>
	 */
	public static function sentences( FarmStatus $status ): array {
		$sentences = array_map(
			static fn ( string $code ) => "Attention ($code): " . self::warning( $code, $status ), $status->warnings()
		);
		array_push( $sentences, ...array_map( self::toldOtherwise( ... ), $status->toldOtherwise() ) );
		if ( $status->setAside() !== [] ) {
			$sentences[] = self::aside( $status->setAside() );
		}
		return $status->lateChanges() === [] ? $sentences : [ ...$sentences, self::late( $status->lateChanges() ) ];
	}

	/**
	 * @param list<array{client:string,id:int,entity:string,time:int}> $changes
	 */
	private static function aside( array $changes ): string {
		return 'Set aside, because the job runners of the client die of it: '
			. self::some( array_map(
				static fn ( array $aside ) => "change {$aside['id']} of {$aside['entity']} for {$aside['client']} ("
					. Spans::moment( $aside['time'] ) . ')',
				$changes
			) )
			. '. Pages there that use the entity may show an old value until they are parsed again.';
	}

	private static function warning( string $code, FarmStatus $status ): string {
		return match ( $code ) {
			'lock-waits' => 'Missing change ids were given up although an insert still waited for a lock. Find what '
				. 'holds locks for more than a minute, and end it.',
			'unsafe-topology' => 'Several database servers write changes. Set longestTransaction in '
				. '$wgWikibaseDispatchSettings to the longest time that a transaction may last, in seconds.',
			'no-ledger' => 'Late changes cannot be found: the tables of the ledger are missing. Run '
				. 'maintenance/update.php on the repo.',
			FarmStatus::UNKNOWN_FORM => 'Changes are written whose form is not known here, and all pages that use '
				. 'their entities are updated. Upgrade WikibaseDispatch and its module, here and on the clients. Met: '
				. self::forms( $status->unknownForms() ),
			FarmStatus::DELAYED_JOBS => 'The job queue says that it can delay jobs, and those that are delayed do not '
				. 'run. Nothing waits for them, but each edit pushes a job. Start the service that gives delayed jobs '
				. 'out (for JobQueueRedis, redisJobChronService of mediawiki/services/jobrunner).',
			FarmStatus::NO_DELAYS => 'The job queue cannot delay jobs, so dispatchDefaultDispatchInterval, '
				. 'triggerMaxDelay and triggerEveryChanges have no effect. Take them out of '
				. '$wgWikibaseDispatchSettings, or use a queue that can (Redis with its services, Kafka).',
			default => $code,
		};
	}

	/**
	 * @param array{why:string,format:string,wanted:string,clients:list<string>} $group
	 */
	private static function toldOtherwise( array $group ): string {
		$clients = self::some( $group['clients'] );
		return "Told in {$group['format']}, not in {$group['wanted']}: $clients. "
			. self::whyNotWanted( $group['why'], $group['format'], $group['wanted'] );
	}

	/** Why a client is not told in the format that is wanted, and what to do. */
	public static function whyNotWanted( string $why, string $format, string $wanted ): string {
		$nothingIsLost = "Nothing is lost by that. If it is to stay so, set notificationFormat to '$format'";
		return match ( $why ) {
			'no-mark' => "WikibaseDispatch has not reported from there that it takes $wanted. $nothingIsLost; if not, "
				. 'load it there, and run maintenance/update.php on the repo and then there.',
			'old-mark' => 'WikibaseDispatch has not reported from there for three days: it is no longer loaded, or '
				. "nothing has happened there. $nothingIsLost; if not, run maintenance/update.php there.",
			'not-taken' => "WikibaseDispatch, as it is there, does not take $wanted. $nothingIsLost; if not, upgrade "
				. 'it there.',
			default => $why,
		};
	}

	/**
	 * @param list<string> $names
	 */
	private static function some( array $names ): string {
		$more = count( $names ) - self::MOST;
		return implode( ', ', array_slice( $names, 0, self::MOST ) ) . ( $more > 0 ? " and $more more" : '' );
	}

	/**
	 * @param list<array{form:string,change:?int,met:int}> $forms
	 */
	private static function forms( array $forms ): string {
		return implode( ', ', array_map( static fn ( array $form ) => $form['change'] === null
			? $form['form'] : "{$form['form']} (change {$form['change']})", $forms ) );
	}

	/**
	 * @param list<array{id:int,found:int}> $changes
	 */
	private static function late( array $changes ): string {
		$named = array_map(
			static fn ( array $late ) => "{$late['id']} (found at " . Spans::moment( $late['found'] ) . ')',
			array_slice( $changes, 0, self::MOST )
		);
		if ( count( $changes ) > self::MOST ) {
			$named[] = '…';
		}
		$count = count( $changes );
		return ( $count === 1 ? '1 change' : "$count changes" )
			. ' became visible late, and ' . ( $count === 1 ? 'was' : 'were' ) . ' delivered afterwards: '
			. implode( ', ', $named );
	}
}
