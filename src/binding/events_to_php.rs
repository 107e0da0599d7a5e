//! What a job has to tell, as PHP arrays: `event` names it, by the name that the log has for it.

use ext_php_rs::{convert::IntoZval, error::Result, types::ZendHashTable};

use super::{
    steps_to_php::cause,
    to_php::{self, Array, bad_changes, id, integer, late_changes, strings, unknown_forms},
};
use crate::{
    domain::site::SiteId,
    jobs::{CaughtUp, Event},
};

pub(super) fn list(events: &[Event]) -> Result<Array> {
    to_php::list(events, |event| {
        let mut array = ZendHashTable::new();
        let name = fill(&mut array, event)?;
        array.insert("event", name)?;
        array.into_zval(false)
    })
}

fn fill(array: &mut Array, event: &Event) -> Result<&'static str> {
    Ok(match event {
        Event::DelayedJobCame { job, is_early } => {
            array.insert("job", *job)?;
            array.insert("isEarly", *is_early)?;
            "delayed-job-came"
        }
        Event::DelayProbed(job) => {
            array.insert("job", *job)?;
            "delay-probed"
        }
        Event::DelayedJobMissing(job) => {
            array.insert("job", *job)?;
            "delayed-job-missing"
        }
        Event::Triggered { due, horizon, initialised, fast_forwarded, look_again, waits_for_gap } => {
            array.insert("due", count(*due))?;
            array.insert("horizon", id(*horizon))?;
            array.insert("initialised", sites(initialised)?)?;
            array.insert("fastForwarded", count(*fast_forwarded))?;
            array.insert("successorDelay", look_again.map(|delay| integer(delay.as_secs())))?;
            array.insert("waitsForGap", *waits_for_gap)?;
            "triggered"
        }
        Event::TriggerEnded(time) => {
            array.insert("seconds", time.as_secs_f64())?;
            "trigger-ended"
        }
        Event::TriggerFailed(why) => {
            array.insert("cause", cause(*why)?)?;
            "trigger-failed"
        }
        Event::BufferRestored(repairs) => {
            array.insert("count", count(repairs.len()))?;
            let clients = to_php::list(repairs, |repair| {
                let mut entry = ZendHashTable::with_capacity(3);
                entry.insert("siteId", repair.client.as_str())?;
                entry.insert("seen", id(repair.seen))?;
                entry.insert("highest", id(repair.highest))?;
                entry.into_zval(false)
            })?;
            array.insert("clients", clients)?;
            "buffer-restored"
        }
        Event::LateChanges(late) => {
            array.insert("lateChanges", late_changes(late)?)?;
            "late-changes"
        }
        Event::Warned(warning) => warning.code(),
        Event::BadChanges(client, bad) => {
            array.insert("client", client.as_ref().map(SiteId::as_str))?;
            array.insert("badChanges", bad_changes(bad)?)?;
            "bad-changes"
        }
        Event::UnknownForms(forms) => {
            array.insert("forms", unknown_forms(forms)?)?;
            "unknown-forms"
        }
        Event::PassFinished { client, changes, notifications, seen, end, is_repeat } => {
            array.insert("client", client.as_str())?;
            array.insert("changes", count(*changes))?;
            array.insert("notifications", count(*notifications))?;
            array.insert("seen", id(*seen))?;
            array.insert("end", id(*end))?;
            array.insert("isRepeat", *is_repeat)?;
            "pass-finished"
        }
        Event::PushTooLarge { client, most } => {
            array.insert("client", client.as_str())?;
            array.insert("most", count(*most))?;
            "push-too-large"
        }
        Event::DetailsLeftOut { client, change, bytes } => {
            array.insert("client", client.as_str())?;
            array.insert("change", id(*change))?;
            array.insert("bytes", count(*bytes))?;
            "details-left-out"
        }
        Event::PassFailed { client, before, cause: why } => {
            array.insert("client", client.as_str())?;
            array.insert("failures", i64::from(*before) + 1)?;
            array.insert("cause", cause(*why)?)?;
            if *before == 0 { "pass-failed" } else { "pass-failed-again" }
        }
        Event::ClaimLost(client) => {
            array.insert("client", client.as_str())?;
            "claim-lost"
        }
        Event::PassDeferred(client, why) => {
            array.insert("client", client.as_str())?;
            array.insert("cause", cause(*why)?)?;
            "pass-deferred"
        }
        Event::SentAgain { client, changes, first, upto, tries } => {
            array.insert("client", client.as_str())?;
            array.insert("changeCount", count(*changes))?;
            array.insert("first", id(*first))?;
            array.insert("upto", id(*upto))?;
            array.insert("tries", integer(u64::from(*tries)))?;
            "sent-again"
        }
        Event::SetAside { client, change } => {
            array.insert("client", client.as_str())?;
            array.insert("changeId", id(*change))?;
            "set-aside"
        }
        Event::ReceiptsRefused { client, why } => {
            array.insert("client", client.as_str())?;
            array.insert("why", *why)?;
            "receipts-refused"
        }
        Event::GapAwaited(client) => {
            array.insert("client", client.as_str())?;
            "gap-awaited"
        }
        Event::BatchPruned(deleted) => {
            array.insert("deleted", count(*deleted))?;
            "batch-pruned"
        }
        Event::Pruned { deleted, cutoff, is_more_left, uninitialised, unconfigured } => {
            array.insert("deleted", count(*deleted))?;
            array.insert("cutoff", id(*cutoff))?;
            array.insert("isMoreLeft", *is_more_left)?;
            array.insert("uninitialised", sites(uninitialised)?)?;
            let unconfigured = to_php::list(unconfigured, |client| {
                let mut entry = ZendHashTable::with_capacity(3);
                entry.insert("siteId", client.site.as_str())?;
                entry.insert("seen", id(client.seen))?;
                entry.insert("holdsBack", client.holds_back)?;
                entry.into_zval(false)
            })?;
            array.insert("unconfigured", unconfigured)?;
            "pruned"
        }
        Event::PruneStopped => "prune-stopped",
        Event::PruneFailed(why) => {
            array.insert("cause", cause(*why)?)?;
            "prune-failed"
        }
        Event::RolloutChanged { on, shadow } => {
            array.insert("on", sites(on)?)?;
            array.insert("shadow", sites(shadow)?)?;
            "rollout-changed"
        }
        Event::ClientLeft(client) => {
            array.insert("client", client.as_str())?;
            "client-left"
        }
        Event::ClientMoved(client) => {
            array.insert("client", client.as_str())?;
            "client-moved"
        }
        Event::CatchingUp(clients, pending) => progress(array, *clients, *pending, "catching-up")?,
        Event::CaughtUpSome(clients, pending) => progress(array, *clients, *pending, "caught-up-some")?,
        Event::CatchUpWaits(reasons) => {
            let reasons = to_php::list(reasons, |(client, why)| {
                let mut entry = ZendHashTable::with_capacity(2);
                entry.insert("client", client.as_str())?;
                entry.insert("cause", cause(*why)?)?;
                entry.into_zval(false)
            })?;
            array.insert("reasons", reasons)?;
            "catch-up-waits"
        }
        Event::CaughtUp(result) => {
            caught_up(array, result)?;
            "caught-up"
        }
    })
}

fn caught_up(array: &mut Array, result: &CaughtUp) -> Result<()> {
    array.insert("target", id(result.target))?;
    array.insert("isHeldBack", result.is_held_back)?;
    array.insert("passes", count(result.passes))?;
    array.insert("changes", count(result.changes))?;
    let failed = to_php::list(&result.failed, |(client, why)| {
        let mut entry = ZendHashTable::with_capacity(2);
        entry.insert("client", client.as_str())?;
        entry.insert("cause", cause(*why)?)?;
        entry.into_zval(false)
    })?;
    array.insert("failed", failed)?;
    array.insert("left", sites(&result.left)?)?;
    Ok(())
}

fn progress(array: &mut Array, clients: usize, pending: u64, name: &'static str) -> Result<&'static str> {
    array.insert("clients", count(clients))?;
    array.insert("pending", integer(pending))?;
    Ok(name)
}

fn sites(sites: &[SiteId]) -> Result<Array> {
    strings(sites.iter().map(SiteId::as_str))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
