//! Deletes changes that nobody needs any more, in small batches, until none is left or time is up.
//!
//! Before each batch the replicas get time to have what was deleted before; if they do not follow, the job ends, and the next trigger
//! finds pruning due again.

use std::time::Duration;

use super::{
    action::{Action, Answer, RepoJob},
    core::Core,
    event::Event,
    host::{Done, Host},
    schedule::push,
};
use crate::ops;

/// For how long replicas are waited for. MediaWiki's own limit for jobs is a minute.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs a prune.
pub async fn prune(core: &impl Core, host: &Host) -> Done {
    let done = prune_in_time(core, host).await;
    if let Err(thrown) = &done {
        let cause = host.cause(thrown);
        host.tell(Event::PruneFailed(cause));
    }
    done
}

async fn prune_in_time(core: &impl Core, host: &Host) -> Done {
    let end = core.clock() + core.settings().max_time;
    let limit = core.with(|open| ops::rollout::prune_limit(open.store, open.settings.rollout()))?;
    // They hold back what they have not seen.
    let leaving = core.with(|open| ops::rollout::leaving(open.store, open.settings.rollout()))?;
    core.serve_leaving(&leaving);
    let (mut last, mut deleted) = (None, 0);
    let follow = loop {
        if host.act(vec![Action::WaitForReplicas(PATIENCE)]).await? == Answer::Refused {
            break false;
        }
        let outcome = core.with(|open| ops::prune(open.store, open.settings, limit))?;
        deleted += outcome.deleted;
        host.tell(Event::BatchPruned(outcome.deleted));
        let is_more_left = outcome.is_more_left;
        last = Some(outcome);
        if !is_more_left || core.clock() >= end {
            break true;
        }
    };
    if !follow {
        host.tell(Event::PruneStopped);
    }
    let is_more_left = last.as_ref().is_some_and(|outcome| outcome.is_more_left);
    if let Some(outcome) = last {
        host.tell(Event::Pruned {
            deleted,
            cutoff: outcome.cutoff,
            is_more_left,
            uninitialised: outcome.uninitialised,
            unconfigured: outcome.unconfigured,
        });
    }
    // Not where replicas do not follow: it would run at once, and delete the next batch.
    if follow && is_more_left {
        host.act(vec![push(RepoJob::Prune, Duration::ZERO), Action::Commit]).await?;
    }
    Ok(())
}
