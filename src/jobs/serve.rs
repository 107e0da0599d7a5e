//! Serves the clients that a trigger found due, without a job for each of them.
//!
//! For each group of them the order is the one that a single pass keeps: notifications are pushed, then made durable, and only then
//! are the passes finished. One client's failure is its own: its pass is abandoned, and the others go on.

use std::time::Duration;

use super::{
    core::Core,
    deliver::deliver,
    event::Event,
    held::Held,
    host::{Done, Host},
    look::watched,
    one_pass::{tell_failure, tell_finished},
    schedule::{look_again, trigger},
};
use crate::{
    domain::{settings::Settings, site::SiteId, strategy::Strategy},
    ops::{self, Plan},
};

/// When a trigger has done enough, and leaves the rest to another.
pub(super) struct Bounds {
    end: Duration,
    /// Changes to be handed over yet; `None`: as many as there is time for.
    changes: Option<u64>,
    asks_for_help: bool,
}

impl Bounds {
    pub fn new(end: Duration, settings: &Settings) -> Self {
        let changes = (settings.min_changes > 0).then_some(u64::from(settings.min_changes));
        Self { end, changes, asks_for_help: settings.strategy == Strategy::Auto }
    }

    pub fn are_reached(&self, now: Duration) -> bool {
        now >= self.end || self.changes == Some(0)
    }

    fn count(&mut self, changes: usize) {
        if let Some(left) = &mut self.changes {
            *left = left.saturating_sub(changes as u64);
        }
    }
}

/// What has been done for the clients that were due.
#[derive(Default)]
pub(super) struct Served {
    /// Passes whose notifications were pushed.
    pub passes: usize,
    /// Clients whose queue did not take them.
    pub failed: Vec<SiteId>,
    /// Whether there was no time to serve some of those who were claimed.
    pub are_some_left: bool,
}

pub(super) async fn serve<C: Core>(core: &C, host: &Host, plan: &mut Plan, bounds: &mut Bounds) -> Done<Served> {
    let mut served = Served::default();
    while !bounds.are_reached(core.clock()) {
        let settings = core.settings();
        // A push that was begun in the first half of a claim has the second half to end in.
        let end = bounds.end.min(core.clock() + settings.claim_ttl / 2);
        let token = core.token()?;
        let begun = core.with(|open| {
            let token = open.store.own_token(token);
            ops::begin_group(open.store, open.window, open.locks, open.settings, plan, token)
        })?;
        if begun.is_empty() {
            break;
        }
        let group = begun.into_iter().map(|locked| Held::new(core, locked)).collect();
        let mut actions = Vec::new();
        if bounds.asks_for_help && plan.waiting().next().is_some() {
            actions.push(trigger(&settings, Duration::ZERO));
            bounds.asks_for_help = false;
        }
        actions.extend(look_again(&settings));
        if !actions.is_empty() {
            host.act(actions).await?;
        }
        let changes = serve_group(core, host, group, end, plan, &mut served).await?;
        bounds.count(changes);
    }
    Ok(served)
}

/// Returns how many changes were handed over.
async fn serve_group<C: Core>(
    core: &C,
    host: &Host,
    group: Vec<Held<'_, C>>,
    end: Duration,
    plan: &mut Plan,
    served: &mut Served,
) -> Done<usize> {
    let watched = watched(core)?;
    let (mut pushed, mut left) = (Vec::new(), Vec::new());
    for (at, mut held) in group.into_iter().enumerate() {
        if !left.is_empty() || (at > 0 && core.clock() >= end) {
            left.push(held);
            continue;
        }
        let is_watched = watched.contains(held.site());
        match deliver(core, host, &mut held, is_watched).await {
            Ok(notifications) => pushed.push((held, notifications)),
            Err(thrown) => {
                tell_failure(host, &held, &thrown);
                served.failed.push(held.site().clone());
                // A claim that is not given back expires by itself, and the others of the group are to be served.
                if let Err(error) = held.end(|locked, open| locked.abandon(open.store, open.locks)) {
                    tell_failure(host, &held, &error.into());
                }
            }
        }
    }
    served.are_some_left |= !left.is_empty();
    served.passes += pushed.len();
    let lost = core.with(|open| {
        let mut passes: Vec<_> = pushed.iter_mut().map(|(held, _)| &mut held.locked).collect();
        ops::finish_group(open.store, open.locks, open.settings, plan, &mut passes)
    })?;
    let mut changes = 0;
    for (held, notifications) in &mut pushed {
        held.is_over();
        if lost.contains(held.site()) {
            host.tell(Event::ClaimLost(held.site().clone()));
        } else {
            changes += held.locked.pass.batch.changes().len();
            tell_finished(host, &held.locked.pass, *notifications);
        }
    }
    // Last: what was pushed must be recorded, whatever becomes of the rest.
    for held in &mut left {
        held.end(|locked, open| locked.release(open.store, open.locks))?;
    }
    Ok(changes)
}
