//! Whether changes wait although nobody may be going to look.

use std::collections::HashSet;

use super::{again::is_to_hear_again, rollout::have_left, states::states_of};
use crate::{
    domain::{
        change::ChangeId,
        rollout::{AppliedRollout, RolloutState, WikibaseState, plan::Look},
        settings::Settings,
        site::{Client, SiteId},
        time::Timestamp,
        trigger_gate::OVERDUE,
    },
    error::Result,
    store::Store,
};

/// Whether a trigger would find anything to do that one ought to have found by now. A few small statements.
///
/// A client that has left, but is ours by the configuration, counts: with the last edit a runner may have gone by an older one, and it is
/// the trigger that brings the newer about.
pub fn something_waits<S: Store + ?Sized>(store: &mut S, settings: &Settings) -> Result<bool> {
    let last = store.last_change()?;
    let wanted = settings.rollout();
    if !wanted.is_everywhere(RolloutState::On) {
        // Wikibase may have to be reminded of a change, which takes a trigger, and all of ours have seen it; or it is to serve clients again,
        // and no trigger has seen to that.
        let applied = store.rollout()?;
        if somebody_leaves(store, settings, &applied)? {
            return Ok(true);
        }
        match applied.wikibase {
            Some((WikibaseState::Serving, floor)) if last <= floor => {}
            Some(_) => return Ok(true),
            // Wikibase's own jobs delete what they hand over. A server with an older configuration may have announced a change to us alone.
            None => {
                let first = store.unhanded(ChangeId::default(), last, 1)?;
                // And one of them that stood still may have noted what it ought to have deleted: a trigger tidies up.
                if !Look::at(&first, last).forgotten.is_empty() || store.is_something_handed()? {
                    return Ok(true);
                }
            }
        }
    }
    let states = store.all_states()?;
    let is_ours = |site: &str| wanted.of(site) != RolloutState::Off;
    let ours = states.iter().filter(|row| (!row.disabled || row.has_left) && is_ours(&row.site));
    let seen = ours.map(|row| row.seen).min();
    if wanted.is_everywhere(RolloutState::Off) {
        return Ok(false);
    }
    // A trigger gives a client its state. The last one may have come from a server that did not know the client yet.
    let has_state: HashSet<&str> = states.iter().map(|row| row.site.as_str()).collect();
    let is_new = |client: &Client| !has_state.contains(client.site.as_str());
    if last > ChangeId::default() && wanted.in_state(RolloutState::On).any(is_new) {
        return Ok(true);
    }
    let somebody_waits = match seen {
        Some(seen) if seen < last => is_overdue(store, settings, seen, last)?,
        // Clients that have seen more than there is may stand in a buffer whose ids began anew.
        seen => last > ChangeId::default() && seen != Some(last),
    };
    if somebody_waits {
        return Ok(true);
    }
    let now = if states.iter().any(|row| row.sent.is_some()) { Some(store.now()?) } else { None };
    let waits_for =
        |now: Timestamp| states_of(settings, states.clone()).iter().any(|state| is_to_hear_again(state, settings, now));
    if now.is_some_and(waits_for) {
        return Ok(true);
    }
    let is_told = |site: &str| states.iter().any(|row| row.site == site && (!row.disabled || row.has_left));
    let late = store.undelivered()?;
    Ok(late.iter().any(|(site, _)| is_ours(site) && is_told(site)) || !store.find_late(1)?.is_empty())
}

/// Whether a client that leaves can be let go, or is to hear something again before.
fn somebody_leaves<S: Store + ?Sized>(store: &mut S, settings: &Settings, applied: &AppliedRollout) -> Result<bool> {
    let rules = settings.again_rules();
    if !have_left(store, applied, rules)?.is_empty() {
        return Ok(true);
    }
    let leaving: Vec<SiteId> = applied.leaving().filter_map(|(site, _)| SiteId::parse(site)).collect();
    if leaving.is_empty() {
        return Ok(false);
    }
    let serving = settings.serving(&leaving);
    let now = store.now()?;
    let states = states_of(&serving, store.all_states()?);
    Ok(states.iter().any(|state| leaving.contains(&state.client.site) && is_to_hear_again(state, &serving, now)))
}

/// Whether a change that not all have seen is older than the longest that one has to wait. A time that cannot be read, or is far
/// ahead of the clock of the database, tells nothing: then it counts as old.
fn is_overdue<S: Store + ?Sized>(store: &mut S, settings: &Settings, seen: ChangeId, last: ChangeId) -> Result<bool> {
    let longest = settings.trigger_max_delay + settings.dispatch_interval + OVERDUE;
    let first = store.first_after(&[seen], last)?;
    let now = store.now()?;
    let young = now.minus(longest)..=now.plus(OVERDUE);
    let is_young = |time: &str| Timestamp::parse_mw(time).is_some_and(|time| young.contains(&time));
    Ok(first.iter().any(|(_, time)| !is_young(time)))
}
