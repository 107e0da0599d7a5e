<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Log;

use Psr\Log\LoggerInterface;
use Psr\Log\LogLevel;
use Throwable;
use WikibaseDispatch\DispatchException;

/**
 * Everything that this extension writes to its log, the channel `WikibaseDispatch`: one line for each thing that an
 * operator would act on, or look for when something else went wrong.
 *
 * Native code logs nothing. What it has to say comes back as values and exceptions, and is written here.
 */
enum Event: string {

	case BadChanges = 'bad-changes';
	case BufferRestored = 'buffer-restored';
	case ChangesGone = 'changes-gone';
	case ClaimLost = 'claim-lost';
	case ClientLeft = 'client-left';
	case DelayIgnored = 'delay-ignored';
	case GapAwaited = 'gap-awaited';
	case HistoryNotKept = 'history-not-kept';
	case LagUnknown = 'lag-unknown';
	case LagUntold = 'lag-untold';
	case NotificationFailed = 'notification-failed';
	case NotificationHandled = 'notification-handled';
	case PassDeferred = 'pass-deferred';
	case PassFailed = 'pass-failed';
	case PassFailedAgain = 'pass-failed-again';
	case PassFinished = 'pass-finished';
	case PruneFailed = 'prune-failed';
	case PruneStopped = 'prune-stopped';
	case Pruned = 'pruned';
	case RolloutChanged = 'rollout-changed';
	case StatusUnknown = 'status-unknown';
	case SubscribingFailed = 'subscribing-failed';
	case SubscriptionsRebuilt = 'subscriptions-rebuilt';
	case TriggerFailed = 'trigger-failed';
	case Triggered = 'triggered';
	case UnconfiguredClients = 'unconfigured-clients';

	/** One of {@see LogLevel}. An error needs somebody; a warning is worth knowing; the rest is for looking back. */
	public function level(): string {
		return match ( $this ) {
			self::LagUnknown, self::LagUntold, self::NotificationFailed, self::PassFailed, self::PruneFailed,
			self::StatusUnknown, self::SubscribingFailed, self::TriggerFailed => LogLevel::ERROR,
			self::BadChanges, self::BufferRestored, self::ChangesGone, self::ClaimLost, self::DelayIgnored,
			self::HistoryNotKept, self::PruneStopped, self::UnconfiguredClients => LogLevel::WARNING,
			default => LogLevel::INFO,
		};
	}

	/** The text, with names of the context in braces. */
	public function message(): string {
		return match ( $this ) {
			self::BadChanges => '{where} has {count} changes that could not be read ({reasons})',
			self::BufferRestored => 'the change buffer was restored or truncated: {count} clients had seen more than ' .
				'was ever written, and get what is in it again',
			self::ChangesGone => '{count} changes are no longer in the change buffer of {repo}',
			self::ClaimLost => 'the claim of {client} was lost while its notifications were pushed: another runner ' .
				'does the pass again',
			self::ClientLeft => '{client} has got everything from us, and is Wikibase\'s',
			self::DelayIgnored => 'the job queue cannot delay jobs: {settings} taken as 0',
			self::GapAwaited => '{client} waits for an edit that has not ended',
			self::HistoryNotKept => 'no history is kept of how dispatching is: {exception}',
			self::LagUnknown => 'the lag of dispatching is unknown: {exception}',
			self::LagUntold => 'the API cannot be told the lag of dispatching: {exception}',
			self::NotificationFailed => 'handling a notification of {repo} failed: {exception}',
			self::NotificationHandled => 'handled {changes} changes of {repo}, which affect {pages} pages',
			self::PassDeferred => 'no pass for {client} yet: {reason}',
			self::PassFailed, self::PassFailedAgain => 'dispatching to {client} failed: {exception}',
			self::PassFinished => 'dispatched {changes} changes to {client}, which has now seen {end}',
			self::PruneFailed => 'pruning failed: {exception}',
			self::PruneStopped => 'pruning stops: replicas do not follow',
			self::Pruned => 'pruned {deleted} changes up to {cutoff}',
			self::RolloutChanged => 'the rollout changes: ours alone are {on}; watched are {shadow}',
			self::StatusUnknown => 'the status of dispatching is unknown: {exception}',
			self::SubscribingFailed => 'cannot subscribe to {count} entities yet: {exception}',
			self::SubscriptionsRebuilt => 'rebuilding the subscriptions of {client}: {progress}',
			self::TriggerFailed => 'the trigger failed: {exception}',
			self::Triggered => 'trigger: {due} clients are due, {fastForwarded} were fast-forwarded to {horizon}',
			self::UnconfiguredClients => '{count} clients have a dispatch state and are not configured; those that ' .
				'hold changes back do so for three days at most, or until they are disabled',
		};
	}

	/**
	 * @param LoggerInterface $logger
	 * @param array<string,mixed> $context
	 * @param Throwable|null $e what went wrong
	 */
	public function write( LoggerInterface $logger, array $context = [], ?Throwable $e = null ): void {
		$context = [ 'event' => $this->value ] + $context;
		if ( $e !== null ) {
			$context += [
				'exception' => $e,
				'code' => $e->getCode(),
				'retryable' => !$e instanceof DispatchException || $e->isRetryable(),
			];
		}
		$logger->log( $this->level(), $this->message(), $context );
	}
}
