<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Log;

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

	case ActionFailed = 'action-failed';
	case BadChanges = 'bad-changes';
	case BufferRestored = 'buffer-restored';
	case CatchUpAsked = 'catch-up-asked';
	case CaughtUp = 'caught-up-by-hand';
	case ChangesGone = 'changes-gone';
	case ClaimLost = 'claim-lost';
	case ClientDisabled = 'client-disabled';
	case ClientEnabled = 'client-enabled';
	case ClientLeft = 'client-left';
	case ClientRefused = 'client-refused';
	case ClientSet = 'client-set';
	case DelayIgnored = 'delay-ignored';
	case DelayedJobMissing = 'delayed-job-missing';
	case DetailsLeftOut = 'details-left-out';
	case EventHandlerFailed = 'event-handler-failed';
	case GapAwaited = 'gap-awaited';
	case HandlersFailed = 'handlers-failed';
	case HistoryNotKept = 'history-not-kept';
	case JobsWithheld = 'jobs-withheld';
	case LagUnknown = 'lag-unknown';
	case LagUntold = 'lag-untold';
	case LateChanges = 'late-changes';
	case LockWaits = 'lock-waits';
	case MarkNotKept = 'mark-not-kept';
	case NoLedger = 'no-ledger';
	case NotificationFailed = 'notification-failed';
	case NotificationHandled = 'notification-handled';
	case PassDeferred = 'pass-deferred';
	case PassFailed = 'pass-failed';
	case PassFailedAgain = 'pass-failed-again';
	case PassFinished = 'pass-finished';
	case PruneFailed = 'prune-failed';
	case PruneStopped = 'prune-stopped';
	case Pruned = 'pruned';
	case PushTooLarge = 'push-too-large';
	case RebuildAsked = 'rebuild-asked';
	case ReceiptsNotKept = 'receipts-not-kept';
	case ReceiptsRefused = 'receipts-refused';
	case ReplicaNotRead = 'replica-not-read';
	case RolloutChanged = 'rollout-changed';
	case SentAgain = 'sent-again';
	case SetAside = 'set-aside';
	case StatusUnknown = 'status-unknown';
	case SubscribingFailed = 'subscribing-failed';
	case SubscriptionsRebuilt = 'subscriptions-rebuilt';
	case TakenUp = 'taken-up';
	case TriggerFailed = 'trigger-failed';
	case Triggered = 'triggered';
	case UnconfiguredClients = 'unconfigured-clients';
	case UnknownForm = 'unknown-form';
	case UnsafeTopology = 'unsafe-topology';
	case VisibilityUnknown = 'visibility-unknown';

	/** One of {@see LogLevel}. An error needs somebody; a warning is worth knowing; the rest is for looking back. */
	public function level(): string {
		return match ( $this ) {
			self::ActionFailed, self::ClientRefused, self::EventHandlerFailed, self::HandlersFailed,
			self::JobsWithheld, self::LagUnknown, self::LagUntold,
			self::NotificationFailed, self::PassFailed, self::PruneFailed, self::SetAside, self::StatusUnknown,
			self::SubscribingFailed, self::TriggerFailed => LogLevel::ERROR,
			self::BadChanges, self::BufferRestored, self::ChangesGone, self::ClaimLost, self::DelayIgnored,
			self::DelayedJobMissing, self::DetailsLeftOut,
			self::HistoryNotKept, self::LateChanges, self::LockWaits, self::MarkNotKept, self::NoLedger,
			self::PruneStopped, self::ReceiptsNotKept, self::ReceiptsRefused, self::ReplicaNotRead, self::SentAgain,
			self::UnconfiguredClients, self::UnknownForm, self::UnsafeTopology,
			self::VisibilityUnknown => LogLevel::WARNING,
			default => LogLevel::INFO,
		};
	}

	/** The text, with names of the context in braces. */
	public function message(): string {
		return match ( $this ) {
			self::ActionFailed => 'an action on {client} failed: {exception}',
			self::BadChanges => '{where} has {count} changes that could not be read ({reasons})',
			self::BufferRestored => 'the change buffer was restored or truncated: {count} clients were set back, and ' .
				'get what is in it again; they had seen more than was ever written, or other changes with the same ids',
			self::ChangesGone => '{count} changes are no longer in the change buffer of {repo}',
			self::CatchUpAsked => '{performer} requested immediate dispatching to {client} ({reason})',
			self::CaughtUp => '{performer} dispatched {changes} changes up to {target} ({reason})',
			self::ClaimLost => 'the claim of {client} was lost while its notifications were pushed: another runner ' .
				'does the pass again',
			self::ClientDisabled => '{performer} disabled {client} ({reason})',
			self::ClientEnabled => '{performer} enabled {client} ({reason})',
			self::ClientLeft => '{client} has got everything from us, and is Wikibase\'s',
			self::ClientRefused => 'the client {client} cannot be served: {why}; correct localClientDatabases. Until ' .
				'then nothing is delivered to it, and no change is deleted',
			self::ClientSet => '{performer} moved {client} to another change ({reason})',
			self::DelayIgnored => 'the job queue cannot delay jobs, so these settings have no effect: {settings}',
			self::DelayedJobMissing => 'changes wait that a delayed {job} job ought to have seen: until one comes, ' .
				'none is delayed but to see whether it does',
			self::DetailsLeftOut => 'the queue of {client} does not take change {change}, which has {bytes} bytes: ' .
				'it is told that the entity changed, and no more; let that queue take more (max_allowed_packet, or ' .
				'the limit of its broker)',
			self::EventHandlerFailed => 'a handler of the hook WikibaseDispatchEvent failed on {about}, and ' .
				'dispatching goes on: {exception}',
			self::GapAwaited => '{client} waits for an edit that has not ended',
			self::HandlersFailed => 'handlers of changes of {repo} failed on a form that is not known: {exception}',
			self::HistoryNotKept => 'no history is kept of how dispatching is: {exception}',
			self::JobsWithheld => '{type} jobs wait for a runner on another host: {why}',
			self::LagUnknown => 'the lag of dispatching is unknown: {exception}',
			self::LagUntold => 'the API cannot be told the lag of dispatching: {exception}',
			self::LateChanges => '{count} changes became visible after dispatching had passed their ids, and are ' .
				'delivered late: {changes}',
			self::LockWaits => 'missing change ids were given up although an insert still waited for a lock: ' .
				'something holds locks for more than a minute; a change that appears after all is delivered late',
			self::MarkNotKept => 'cannot tell the repo which notifications {client} takes, so it gets them in ' .
				'Wikibase\'s own format: {exception}',
			self::NoLedger => 'late changes cannot be found: the tables wb_changes_ledger and wb_changes_late are ' .
				'missing; run maintenance/update.php on the repo',
			self::NotificationFailed => 'handling a notification of {repo} failed: {exception}',
			self::NotificationHandled => 'handled {changes} changes of {repo}, which affect {pages} pages',
			self::PassDeferred => 'no pass for {client} yet: {reason}',
			self::PassFailed, self::PassFailedAgain => 'dispatching to {client} failed: {exception}',
			self::PassFinished => 'dispatched {changes} changes to {client}, which has now seen {end}',
			self::PruneFailed => 'pruning failed: {exception}',
			self::PruneStopped => 'pruning stops: replicas do not follow',
			self::Pruned => 'pruned {deleted} changes up to {cutoff}',
			self::PushTooLarge => 'what was pushed to {client} at once is larger than its queue takes; this process ' .
				'pushes at most {most} bytes of changes at once from now on',
			self::RebuildAsked => '{performer} requested a rebuild of the subscriptions of {client} ({reason})',
			self::ReceiptsNotKept => 'cannot keep or report what {client} has handled, so the repo sends some ' .
				'of it again: {exception}',
			self::ReceiptsRefused => 'what {client} says it has handled cannot be true, and is ignored: {why}',
			self::ReplicaNotRead => 'notifications read the primary of {database} for {seconds} s, since no replica ' .
				'is known to have what it has: {why}',
			self::RolloutChanged => 'the rollout changes: ours alone are {on}; watched are {shadow}',
			self::SentAgain => '{client} has not confirmed {changeCount} changes ({first} to {upto}); they were ' .
				'sent again (attempt {tries})',
			self::SetAside => '{client} cannot handle change {changeId}, not even without its details; it is ' .
				'left out, and the rest goes on',
			self::StatusUnknown => 'the status of dispatching is unknown: {exception}',
			self::SubscribingFailed => 'cannot subscribe to {count} entities yet: {exception}',
			self::SubscriptionsRebuilt => 'rebuilding the subscriptions of {client}: {progress}',
			self::TakenUp => '{performer} requested another delivery of a change set aside for {client} ({reason})',
			self::TriggerFailed => 'the trigger failed: {exception}',
			self::Triggered => 'trigger: {due} clients are due, {fastForwarded} were fast-forwarded to {horizon}',
			self::UnsafeTopology => 'several database servers write changes, and nobody has said how long their ' .
				'transactions may last: set longestTransaction in $wgWikibaseDispatchSettings',
			self::UnconfiguredClients => '{count} clients have a dispatch state and are not configured; those that ' .
				'hold changes back do so for three days at most, or until they are disabled',
			self::UnknownForm => '{form} of {repo} is not known: all pages that use the entities are updated; ' .
				'upgrade this extension and its module to a version that knows it',
			self::VisibilityUnknown => 'cannot ask {repo} which revisions are hidden, so recent changes that tell of ' .
				'several edits have no summary; set $wgWikibaseDispatchSettings[\'repoDatabase\']',
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
