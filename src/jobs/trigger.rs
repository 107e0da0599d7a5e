//! The job that looks who needs a pass, and sees to it: in this very job, or by a job for each client.

use std::{collections::BTreeSet, time::Duration};

use super::{
    action::Action,
    arrive::{Arrival, arrive},
    core::Core,
    event::Event,
    host::{Done, Host},
    look::{Looked, look},
    schedule::{jobs_for, look_again, look_again_later, prune_if, trigger as push_trigger},
    serve::{Bounds, serve},
};
use crate::{
    domain::{
        settings::Settings,
        site::SiteId,
        strategy::{Jobs, Strategy},
    },
    ops::TriggerOutcome,
};

/// Runs a trigger.
pub async fn trigger(arrival: Arrival, core: &impl Core, host: &Host) -> Done {
    arrive(Jobs::TRIGGER, arrival, core, host).await?;
    let start = core.clock();
    let done = if core.settings().strategy == Strategy::Jobs {
        schedule_jobs(core, host).await
    } else {
        serve_the_due(core, host).await
    };
    if let Err(thrown) = &done {
        let cause = host.cause(thrown);
        host.tell(Event::TriggerFailed(cause));
    }
    host.tell(Event::TriggerEnded(core.clock().saturating_sub(start)));
    done
}

async fn schedule_jobs(core: &impl Core, host: &Host) -> Done {
    let Looked { outcome, waits_for_rollout } = look(core, host).await?;
    let settings = core.settings();
    let mut actions = Vec::new();
    if !outcome.due.is_empty() {
        actions.push(jobs_for(outcome.due.iter().cloned()));
    }
    actions.extend(prune_if(outcome.prune_is_due));
    actions.extend(successor(&settings, &outcome, waits_for_rollout));
    finish(host, actions).await?;
    // The runner of a claim that is not as new as it should be may have died.
    if !settings.queue.delays.triggers && (waits_for_rollout || outcome.waits_for_claim) {
        look_again_later(core, host).await?;
        finish(host, Vec::new()).await?;
    }
    Ok(())
}

async fn serve_the_due(core: &impl Core, host: &Host) -> Done {
    let settings = core.settings();
    let can_delay = settings.queue.delays.triggers;
    let nobody_waits = !can_delay || settings.trigger_max_delay.is_zero();
    let mut bounds = Bounds::new(core.clock() + settings.max_time, &settings);
    let mut failed: BTreeSet<SiteId> = BTreeSet::new();
    let (mut prune_is_due, mut met_others) = (false, false);
    loop {
        let had_met_others = met_others;
        let Looked { mut outcome, waits_for_rollout } = look(core, host).await?;
        prune_is_due |= outcome.prune_is_due;
        let served = serve(core, host, &mut outcome.plan, &mut bounds).await?;
        failed.extend(served.failed);
        let is_enough = bounds.are_reached(core.clock());
        // An edit may have been announced to a trigger that found its client claimed, by us. Where edits do not wait for a trigger that
        // was delayed, nobody else comes back for it, or for those for whom a group had no time, or for what another trigger did not
        // see that was at a client before us; or not soon.
        met_others = outcome.plan.met_others();
        let must_look_again =
            nobody_waits && (served.passes > 0 || served.are_some_left || (met_others && !had_met_others));
        if must_look_again && !is_enough {
            continue;
        }
        let are_some_left = served.are_some_left || outcome.plan.waiting().next().is_some();
        let mut actions: Vec<Action> = prune_if(prune_is_due).into_iter().collect();
        if is_enough && (must_look_again || are_some_left) {
            actions.push(push_trigger(&settings, Duration::ZERO));
        } else {
            actions.extend(successor(&settings, &outcome, waits_for_rollout));
        }
        if !can_delay && !failed.is_empty() {
            // The queue repeats the job of a client that fails, and no trigger comes by itself.
            actions.push(jobs_for(failed));
        }
        finish(host, actions).await?;
        if !can_delay && (met_others || outcome.waits_for_claim || waits_for_rollout) {
            look_again_later(core, host).await?;
            finish(host, Vec::new()).await?;
        }
        return Ok(());
    }
}

/// The trigger that follows this one, if it found something.
fn successor(settings: &Settings, outcome: &TriggerOutcome, waits_for_rollout: bool) -> Option<Action> {
    let queue = settings.queue;
    match outcome.look_again {
        // A successor that cannot wait would only find the same, over and over; unless this trigger has waited itself.
        Some(_) if outcome.waits_for_gap && !queue.delays.triggers => Some(push_trigger(settings, Duration::ZERO)),
        Some(delay) => queue.may_delay_triggers().then(|| push_trigger(settings, delay)),
        None if waits_for_rollout => look_again(settings),
        None => None,
    }
}

async fn finish(host: &Host, mut actions: Vec<Action>) -> Done {
    actions.push(Action::Commit);
    host.act(actions).await.map(drop)
}
