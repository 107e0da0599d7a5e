<?php

declare( strict_types = 1 );

namespace MediaWiki\Extension\WikibaseDispatch\Base\Metrics;

/**
 * Everything that is counted or measured, by the name it has in MediaWiki's statistics. Where Wikibase had a name for
 * the same thing, statsd gets it by that.
 */
enum Metric: string {

	// On the repo.
	case Triggers = 'triggers_total';
	case IdleTriggers = 'triggers_idle_total';
	case TriggerFailures = 'trigger_failures_total';
	case TriggerTime = 'trigger_seconds';
	case FastForwards = 'fast_forwards_total';
	case Passes = 'passes_total';
	case Changes = 'changes_total';
	case Notifications = 'notifications_total';
	case PassFailures = 'pass_failures_total';
	case ClaimsLost = 'claims_lost_total';
	case BadChanges = 'bad_changes_total';
	case LateChanges = 'late_changes_total';
	case SentAgain = 'sent_again_changes_total';
	case SetAside = 'set_aside_changes_total';
	case ReceiptsRefused = 'receipts_refused_total';
	case PrunedChanges = 'pruned_changes_total';

	// On a client.
	case UnknownForms = 'unknown_forms_total';
	case PurgeJobs = 'PageUpdates_WebCache_jobs_total';
	case PurgedTitles = 'PageUpdates_WebCache_titles_total';
	case ParseJobs = 'PageUpdates_RefreshLinks_jobs_total';
	case ParsedTitles = 'PageUpdates_RefreshLinks_titles_total';
	case TellJobs = 'PageUpdates_InjectRCRecords_jobs_total';
	case ToldTitles = 'PageUpdates_InjectRCRecords_titles_total';
	case DiscardedTitles = 'PageUpdates_InjectRCRecords_discardedTitles_total';
	case WrittenTitles = 'PageUpdates_InjectRCRecords_run_titles_total';
	case HandledDelay = 'handled_delay_seconds';
	case TellDelay = 'PageUpdates_InjectRCRecords_delay_seconds';

	/** Of MediaWiki's statistics. What Wikibase counts on clients keeps Wikibase's names, although we do the work. */
	public function component(): string {
		return $this->isOfClient() ? 'WikibaseClient' : 'WikibaseDispatch';
	}

	/**
	 * @param array<string,string> $labels
	 * @param string $wiki this wiki's database, which comes before names of which Wikibase kept one for each wiki
	 * @return list<string> names in statsd
	 */
	public function statsd( array $labels, string $wiki ): array {
		$cron = "$wiki.wikibase.repo.dispatchChanges";
		$ours = "$wiki.wikibase.repo.dispatch";
		$client = $labels['client'] ?? '';
		$pages = 'wikibase.client.pageupdates';
		return match ( $this ) {
			self::Triggers => [ "$cron.start" ],
			self::IdleTriggers => [ "$cron.noclient" ],
			self::TriggerFailures, self::PassFailures => [ "$cron.exception" ],
			self::TriggerTime => [ "$cron.execute-time" ],
			self::Passes => [ "$cron.passes" ],
			self::Changes => [ "$cron.changes", "$cron.changes-per-client.$client" ],
			self::FastForwards => [ "$ours.fast-forwards" ],
			self::Notifications => [ "$ours.notifications" ],
			self::ClaimsLost => [ "$ours.claims-lost" ],
			self::BadChanges => [ "$ours.bad-changes" ],
			self::LateChanges => [ "$ours.late-changes" ],
			self::SentAgain => [ "$ours.sent-again" ],
			self::SetAside => [ "$ours.set-aside" ],
			self::ReceiptsRefused => [ "$ours.receipts-refused" ],
			self::PrunedChanges => [ "$ours.pruned-changes" ],
			self::UnknownForms => [ "$wiki.wikibase.client.dispatch.unknown-forms" ],
			self::PurgeJobs => [ "$pages.WebCache.jobs" ],
			self::PurgedTitles => [ "$pages.WebCache.titles" ],
			self::ParseJobs => [ "$pages.RefreshLinks.jobs" ],
			self::ParsedTitles => [ "$pages.RefreshLinks.titles" ],
			self::TellJobs => [ "$pages.InjectRCRecords.jobs" ],
			self::ToldTitles => [ "$pages.InjectRCRecords.titles" ],
			self::DiscardedTitles => [ "$pages.InjectRCRecords.discardedTitles" ],
			self::WrittenTitles => [ "$pages.InjectRCRecords.run.titles" ],
			self::HandledDelay => [ "$wiki.wikibase.client.dispatch.handled-delay" ],
			self::TellDelay => [ "$pages.InjectRCRecords.delay", "$wiki.$pages.InjectRCRecords.delay" ],
		};
	}

	private function isOfClient(): bool {
		return str_starts_with( $this->value, 'PageUpdates_' );
	}
}
