//! The look at who needs a pass: the rollout is brought about first, and what is found is told.

use super::{
    action::Action,
    core::Core,
    event::Event,
    host::{Done, Host},
};
use crate::{
    domain::site::SiteId,
    ops::{
        self, TriggerOutcome,
        rollout::{Begun, RolloutChange},
    },
};

/// What a look found, and whether somebody has to look again because of the rollout: Wikibase's own dispatching may have forgotten
/// something, or there is more to do than one look does.
pub(super) struct Looked {
    pub outcome: TriggerOutcome,
    pub waits_for_rollout: bool,
}

/// Brings about what the rollout is configured to be, and serves those who leave.
pub(super) fn begin_rollout(core: &impl Core, host: &Host) -> Done<Begun> {
    let begun = core.with(|open| ops::rollout::begin(open.store, open.settings.rollout()))?;
    tell_change(host, begun.changed.as_ref());
    core.serve_leaving(&begun.leaving);
    Ok(begun)
}

fn tell_change(host: &Host, change: Option<&RolloutChange>) {
    if let Some(RolloutChange { on, shadow }) = change {
        host.tell(Event::RolloutChanged { on: on.clone(), shadow: shadow.clone() });
    }
}

/// Clients that are only watched, whatever is configured. To be asked when their passes have begun.
pub(super) fn watched(core: &impl Core) -> Done<Vec<SiteId>> {
    Ok(core.with(|open| ops::rollout::watched(open.store))?)
}

pub(super) async fn look(core: &impl Core, host: &Host) -> Done<Looked> {
    let begun = begin_rollout(core, host)?;
    let mut chance = core.chance()?;
    let (outcome, warnings) = core.with(|open| {
        let outcome = ops::trigger(open.store, open.window, open.settings, &mut chance)?;
        let warnings = outcome.findings.warnings(open.settings.gap_rules());
        Ok((outcome, warnings))
    })?;
    host.tell(Event::Triggered {
        due: outcome.due.len(),
        horizon: outcome.horizon,
        initialised: outcome.initialised.clone(),
        fast_forwarded: outcome.fast_forwarded,
        look_again: outcome.look_again,
        waits_for_gap: outcome.waits_for_gap,
    });
    if !outcome.repairs.is_empty() {
        host.tell(Event::BufferRestored(outcome.repairs.clone()));
    }
    if !outcome.late.is_empty() {
        host.tell(Event::LateChanges(outcome.late.clone()));
    }
    for (client, why) in outcome.refused.clone() {
        host.tell(Event::ReceiptsRefused { client, why });
    }
    warnings.into_iter().for_each(|warning| host.tell(Event::Warned(warning)));
    if !outcome.bad.is_empty() {
        host.tell(Event::BadChanges(None, outcome.bad.clone()));
    }
    let followed = core.with(|open| {
        let (wanted, rules) = (open.settings.rollout(), open.settings.again_rules());
        ops::rollout::follow(open.store, wanted, &begun, outcome.horizon, rules)
    })?;
    for client in followed.left {
        host.tell(Event::ClientLeft(client));
    }
    tell_change(host, followed.changed.as_ref());
    if !followed.remind.is_empty() {
        host.act(vec![Action::Remind(followed.remind), Action::Commit]).await?;
    }
    let waits_for_rollout = begun.is_more_left || followed.may_have_forgotten || followed.is_more_left;
    Ok(Looked { outcome, waits_for_rollout })
}
