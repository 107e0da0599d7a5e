//! Passes here and now, for all clients or for some, until each has seen what could be dispatched at the beginning.
//!
//! These are passes as any runner does them, with its claims, so runners and this do not get in each other's way. The interval
//! between two passes is not waited for. A client whose pass fails is tried once.

use std::time::Duration;

use super::{
    action::{Action, Answer},
    core::Core,
    event::{CaughtUp, Event},
    host::{Done, Host, Thrown},
    look::{Looked, look},
    one_pass::one_pass,
    schedule::{BREATH, trigger},
};
use crate::{
    domain::{change::ChangeId, site::SiteId},
    error::ErrorKind,
    ops,
};

/// What a client has not seen: ids, taken together.
type Pending = Vec<(SiteId, u64)>;

/// Catches up for these clients; for all if none is named.
pub async fn catch_up(clients: Vec<String>, core: &impl Core, host: &Host) -> Done {
    let mut run = CatchUp { clients, result: CaughtUp::default(), is_stopped: false };
    let (mut newest, mut before) = (None, None);
    loop {
        let Looked { outcome, .. } = look(core, host).await?;
        let newest = *newest.get_or_insert(outcome.plan.horizon().last);
        run.result.target = outcome.horizon;
        run.result.is_held_back = outcome.waits_for_gap && outcome.horizon < newest;
        if before.is_none() {
            let pending = run.pending(core)?;
            run.tell(host, Event::CatchingUp(pending.len(), sum(&pending))).await?;
        }
        run.serve(core, host).await?;
        // Most gaps are edits that end in a moment, and a look at who has nothing else to wait for waits for them.
        let goes_further = run.result.is_held_back && before.is_none_or(|before: ChangeId| run.result.target > before);
        if !goes_further || run.is_stopped {
            break;
        }
        before = Some(run.result.target);
    }
    run.result.left = run.pending(core)?.into_iter().map(|(site, _)| site).collect();
    // Whoever holds a claim looks once more when it is free: the trigger of an edit that met it relies on that. Where this is
    // stopped, somebody else goes on.
    if run.result.passes > 0 || !run.result.left.is_empty() {
        host.act(vec![trigger(&core.settings(), Duration::ZERO), Action::Commit]).await?;
    }
    host.tell(Event::CaughtUp(run.result));
    Ok(())
}

struct CatchUp {
    clients: Vec<String>,
    result: CaughtUp,
    is_stopped: bool,
}

impl CatchUp {
    /// Says something, and hears whether it is enough.
    async fn tell(&mut self, host: &Host, event: Event) -> Done {
        host.tell(event);
        self.is_stopped |= host.act(vec![Action::Breathe]).await? == Answer::DoneAndStop;
        Ok(())
    }

    /// Passes until every client is where it is to be, has failed, or it is stopped.
    async fn serve<C: Core>(&mut self, core: &C, host: &Host) -> Done {
        let mut pending = self.pending(core)?;
        while !pending.is_empty() && !self.is_stopped {
            let waiting = self.round(pending, core, host).await?;
            if self.clients.is_empty() {
                // Whom nothing concerns needs no pass.
                core.with(|open| ops::fast_forward_all(open.store, open.window, open.settings))?;
            }
            pending = self.pending(core)?;
            self.tell(host, Event::CaughtUpSome(pending.len(), sum(&pending))).await?;
            let all_wait = pending.iter().all(|(site, _)| waiting.iter().any(|(waiting, _)| waiting == site));
            if !waiting.is_empty() && all_wait && !self.is_stopped {
                let reasons = waiting.iter().map(|(site, thrown)| (site.clone(), host.cause(thrown))).collect();
                self.tell(host, Event::CatchUpWaits(reasons)).await?;
                host.act(vec![Action::Sleep(BREATH)]).await?;
            }
        }
        Ok(())
    }

    /// One pass for each client. Returns those that have to wait, with the reason.
    async fn round<C: Core>(&mut self, mut pending: Pending, core: &C, host: &Host) -> Done<Vec<(SiteId, Thrown)>> {
        let mut waiting = Vec::new();
        let clients: Vec<SiteId> = pending.iter().map(|(site, _)| site.clone()).collect();
        for (at, site) in clients.into_iter().enumerate() {
            if self.is_stopped {
                break;
            }
            let pass = match one_pass(core, host, site.as_str()).await {
                Ok(pass) => pass,
                Err(Thrown::Native(error))
                    if [ErrorKind::ClientClaimed, ErrorKind::ClientResting].contains(&error.kind()) =>
                {
                    waiting.push((site, Thrown::Native(error)));
                    continue;
                }
                Err(thrown) => {
                    host.tell_failure(site.as_str(), 0, &thrown);
                    self.result.failed.push((site, host.cause(&thrown)));
                    continue;
                }
            };
            let left = pass.as_ref().map_or(0, |pass| self.result.target.0.saturating_sub(pass.end.0));
            pending[at].1 = left;
            if let Some(pass) = pass {
                self.result.passes += 1;
                self.result.changes += pass.changes;
            }
            let behind = pending.iter().filter(|(_, left)| *left > 0).count();
            self.tell(host, Event::CaughtUpSome(behind, sum(&pending))).await?;
        }
        Ok(waiting)
    }

    /// What each client that is left has not seen; the most lagged first, because those that are at the same place read the same
    /// changes.
    fn pending(&self, core: &impl Core) -> Done<Pending> {
        let states = core.with(|open| ops::dispatch_states(open.store, open.settings))?;
        let mut pending: Pending = states
            .into_iter()
            .filter(|state| !state.disabled && state.seen < self.result.target)
            .map(|state| (state.client.site, self.result.target.0 - state.seen.0))
            .filter(|(site, _)| self.clients.is_empty() || self.clients.iter().any(|wanted| wanted == site.as_str()))
            .filter(|(site, _)| !self.result.failed.iter().any(|(failed, _)| failed == site))
            .collect();
        pending.sort_by_key(|(_, left)| std::cmp::Reverse(*left));
        Ok(pending)
    }
}

fn sum(pending: &Pending) -> u64 {
    pending.iter().map(|(_, left)| left).sum()
}
