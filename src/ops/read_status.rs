//! Finds out how dispatching is: the facts that [`FarmStatus`] judges. A bounded number of statements, however many clients
//! and changes there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::states::{settled, states_of};
use crate::{
    domain::{
        change::ChangeId,
        client_status::{ClientFacts, Condition, Failure, View},
        health::{FarmStatus, Patience, Reason},
        horizon::Horizon,
        lock_name::LockName,
        sent::SentPass,
        settings::Settings,
        site::SiteId,
        state::DispatchState,
        time::Timestamp,
    },
    error::Result,
    lock::LockManager,
    store::{NARROW_SITE, Store},
};

/// Places of the buffer that are looked at. Where clients stand at more, the ages of some are those of a neighbour.
const MOST_POSITIONS: usize = 1000;

/// Locks that are asked about: one question. Somebody who holds more than that has the first of them named.
const MOST_LOCKS: usize = 250;

/// Late changes that are shown.
const MOST_LATE: usize = 50;

/// Changes that were set aside and are shown.
const MOST_ASIDE: usize = 50;

/// Failures that were written down.
#[derive(Debug, Default)]
pub struct Failures {
    /// Of passes for a client, by site id.
    pub of_clients: HashMap<String, Failure>,
    /// Of the trigger.
    pub of_trigger: Option<Failure>,
}

/// How dispatching is, as of now.
///
/// # Errors
/// Those of the store. A lock server that does not answer is no reason not to tell the rest.
pub fn read_status<S: Store + ?Sized>(
    store: &mut S,
    locks: &mut dyn LockManager,
    settings: &Settings,
    failures: &Failures,
) -> Result<FarmStatus> {
    let rows = store.all_states()?;
    let states = states_of(settings, rows);
    let horizon = store.horizon(settled(&states), settings.gap_rules())?;
    let now = store.now()?;
    let oldest = oldest_unhandled(store, settings, &states, &horizon, now)?;
    let Patience { late_after, stuck_after } = Patience::of(settings);
    let view = View { now, horizon, rules: settings.due_rules(), late_after, stuck_after };
    let facts = facts(settings, states, &oldest, failures, view.now);
    let mut status = FarmStatus::new(facts, failures.of_trigger, view);
    status.refused = settings.refused.clone();
    status.refused.extend(too_long(store, &status)?);
    status.warnings = horizon.findings.warnings(settings.gap_rules());
    status.late = store.late_changes(MOST_LATE)?;
    status.aside = store.aside(MOST_ASIDE)?;
    let suspects = status.suspects(MOST_LOCKS);
    if !suspects.is_empty() {
        let names: Vec<_> = suspects.iter().map(|client| LockName::new(&settings.repo, client)).collect();
        let held = locks.held_among(&names).unwrap_or_default();
        let held: Vec<SiteId> =
            suspects.into_iter().zip(held).filter_map(|(client, is_held)| is_held.then_some(client)).collect();
        status.locks_are_held(&held);
    }
    if status.verdict().1 == Reason::OpenGap {
        status.gap_holder = store.gap_holder();
    }
    Ok(status)
}

/// Clients whose names do not fit in the table of dispatch states as it is.
fn too_long<S: Store + ?Sized>(store: &mut S, status: &FarmStatus) -> Result<Vec<String>> {
    let new = status.clients.iter().filter(|client| client.condition == Condition::Uninitialised);
    let longest = new.clone().map(|client| client.client.site.as_str().len()).max();
    let width = if longest > Some(NARROW_SITE) { store.site_width()? } else { SiteId::MAX_BYTES };
    Ok(new.map(|client| client.client.site.to_string()).filter(|site| site.len() > width).collect())
}

/// The first visible changes after the places at which clients stand, with their times.
fn oldest_unhandled<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    states: &[DispatchState],
    horizon: &Horizon,
    now: Timestamp,
) -> Result<BTreeMap<ChangeId, String>> {
    let enabled = states.iter().filter(|state| !state.disabled);
    let mut positions: BTreeSet<ChangeId> = enabled.map(|state| state.handled(now, settings.again_rules())).collect();
    if states.len() < settings.clients().len() {
        positions.insert(ChangeId(0));
    }
    let behind: Vec<ChangeId> = positions.into_iter().filter(|seen| *seen < horizon.last).collect();
    if behind.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(store.first_after(&spread(&behind, MOST_POSITIONS), horizon.last)?.into_iter().collect())
}

/// What the client was sent and has not handled, in the order in which it was sent.
fn unhandled(state: &DispatchState) -> Vec<SentPass> {
    let unhandled = state.sent.iter().flat_map(|sent| sent.unhandled(state.receipts()));
    unhandled.filter(|(_, pass)| pass.upto <= state.seen).map(|(_, pass)| pass.clone()).collect()
}

/// At most `most` of `positions`, which ascend, evenly; the first is always among them.
fn spread(positions: &[ChangeId], most: usize) -> Vec<ChangeId> {
    let step = positions.len().div_ceil(most).max(1);
    positions.iter().step_by(step).copied().collect()
}

fn facts(
    settings: &Settings,
    states: Vec<DispatchState>,
    oldest: &BTreeMap<ChangeId, String>,
    failures: &Failures,
    now: Timestamp,
) -> Vec<ClientFacts> {
    let mut states: HashMap<SiteId, DispatchState> =
        states.into_iter().map(|state| (state.client.site.clone(), state)).collect();
    let facts = settings.clients().iter().map(|client| {
        let state = states.remove(&client.site);
        let handled = state.as_ref().map_or(ChangeId(0), |state| state.handled(now, settings.again_rules()));
        // Where not every place was looked at, the nearest change that is known tells nearly the same.
        let next = oldest.range(ChangeId(handled.0 + 1)..).next().or_else(|| oldest.last_key_value());
        let mark = state.as_ref().and_then(|state| state.mark.as_ref());
        ClientFacts {
            client: client.clone(),
            format: settings.notification_formats.choose(client, mark, now),
            oldest: next.and_then(|(_, time)| Timestamp::parse_mw(time)),
            failure: failures.of_clients.get(client.site.as_str()).copied(),
            unhandled: state.as_ref().map_or_else(Vec::new, unhandled),
            handled,
            state,
        }
    });
    facts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_places_the_lowest_is_always_looked_at() {
        let positions: Vec<_> = (1..=2500).map(ChangeId).collect();
        let some = spread(&positions, 1000);
        assert!(some.len() <= 1000 && some[0] == ChangeId(1), "{}", some.len());
        assert_eq!(spread(&positions[..1000], 1000).len(), 1000);
        assert_eq!(spread(&[], 1000), []);
    }
}
