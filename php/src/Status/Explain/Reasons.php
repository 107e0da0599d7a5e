<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Status\Explain;

use MediaWiki\Extension\WikibaseDispatch\Base\Log\Spans;
use MediaWiki\Extension\WikibaseDispatch\Status\FarmStatus;

/**
 * Says in a sentence why dispatching is as it is, and what to do about it. The code of the reason is the same as
 * everywhere else; the words are those of an admin at a shell.
 */
final class Reasons {

	public static function sentence( FarmStatus $status ): string {
		$params = $status->reasonParams();
		$client = (string)( $params['client'] ?? '' );
		$span = Spans::span( (int)( $params['seconds'] ?? 0 ) );
		return match ( $status->reason() ) {
			'none' => 'Every client is up to date, or about to be.',
			'lagging' => "Changes arrive, but late: the oldest that waits for $client is $span old. More job runners " .
				'on the repo help, or CatchUp.php.',
			'no-runner' => "Changes wait ({$params['waiting']}), the oldest for $span, and nobody dispatches them: " .
				'no jobs of the repo are run (DispatchTrigger). Start its job runners, or run CatchUp.php.',
			'lock-held' => "Somebody holds the lock or the claim of $client, and nothing has come of it for long; " .
				"its oldest change has waited for $span. ExplainDispatch.php $client says which.",
			'open-gap' => 'An edit that has not ended ' . self::ids( (int)$params['first'], (int)$params['last'] ) .
				" keeps back everything after it; the oldest change that waits is $span old. " .
				self::howToEnd( (string)( $params['holder'] ?? 'unknown' ) ),
			'queue-unreachable' => "Notifications cannot be pushed to the job queue of $client, after " .
				"{$params['failures']} failures; its oldest change has waited for $span.",
			'misconfigured' => "Notifications cannot be pushed to the job queue of $client as this wiki is " .
				"configured, and no retry mends that. Its last error is {$params['error']}.",
			'failing' => $client === ''
				? "The trigger fails, and changes have waited for $span."
				: "Passes for $client fail, {$params['failures']} in a row; its oldest change has waited for $span.",
			'unhandled' => "$client has not handled what reached its job queue; the oldest change has waited for " .
				"$span. Jobs of the type DispatchNotification must be run on that wiki. They are sent again, and " .
				'nothing is lost.',
			'client-refused' => "$client cannot be served: {$params['why']}. Until that is corrected it gets " .
				'nothing, and no change is deleted, so that nothing is lost.',
			default => $status->reason(),
		};
	}

	/** KILL does not end a prepared transaction: it belongs to no session. */
	private static function howToEnd( string $holder ): string {
		$endPrepared = 'XA RECOVER lists it, XA ROLLBACK or XA COMMIT ends it';
		return match ( $holder ) {
			'session' => 'Find its session in information_schema.INNODB_TRX, and KILL it.',
			'prepared' => 'It is probably a transaction that was prepared and forgotten (XA PREPARE): ' .
				"$endPrepared; KILL does not.",
			default => 'Find its transaction in information_schema.INNODB_TRX. If trx_mysql_thread_id is 0 it was ' .
				"prepared: $endPrepared. Otherwise KILL that session.",
		};
	}

	public static function ids( int $first, int $last ): string {
		return $first === $last ? "(change id $first)" : "(change ids $first to $last)";
	}
}
