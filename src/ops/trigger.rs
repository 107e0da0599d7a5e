//! The look at who needs a pass: all that a `wikibase-dispatch-trigger` does before it schedules jobs.

use std::time::Duration;

use super::{
    again::is_to_hear_again,
    fast_forward::fast_forward,
    horizon::{patience, wait_for_gap},
    initialise::complete,
    late::{FoundLate, can_be_told, find_late},
    plan::Plan,
    prune::prune_is_due,
    repair_seen::{Repair, repair_seen},
    states::{dispatch_states, select_among, settled, states_of},
    window::Window,
};
use crate::{
    domain::{
        change::{BadChange, ChangeId},
        horizon::{Findings, Horizon},
        settings::Settings,
        site::SiteId,
        state::DispatchState,
        time::Timestamp,
    },
    error::Result,
    store::Store,
};

/// What a trigger found, and what has to be scheduled.
#[derive(Debug)]
pub struct TriggerOutcome {
    /// Where it looked.
    pub horizon: ChangeId,
    /// Clients that got a dispatch state.
    pub initialised: Vec<SiteId>,
    /// Clients that were set back, because the buffer's ids began anew.
    pub repairs: Vec<Repair>,
    /// Changes that became visible after the horizon had passed them.
    pub late: Vec<FoundLate>,
    /// What else the look at the horizon came across.
    pub findings: Findings,
    /// How many clients were moved because nothing is relevant to them.
    pub fast_forwarded: usize,
    /// Clients that are due, in the order in which to give each a job of its own.
    pub due: Vec<SiteId>,
    /// The same, to be served in groups.
    pub plan: Plan,
    /// Clients of which what they say that they have handled cannot be true, and what is wrong with it.
    pub refused: Vec<(SiteId, &'static str)>,
    /// Changes that could not be read and that nobody must hear of.
    pub bad: Vec<BadChange>,
    /// When to look again; `None` if there was nothing to do.
    pub look_again: Option<Duration>,
    /// Whether changes are visible behind the horizon, where a transaction that has not ended keeps them from being
    /// dispatched. Somebody must look again even where jobs cannot be delayed: if it rolls back, nobody announces it.
    /// The trigger has waited already, so that the successors of such a queue do not chase each other.
    pub waits_for_gap: bool,
    /// Whether a client is behind whose claim is not as new as those of living runners are. Its runner may have died;
    /// if it lives, it looks itself before it ends.
    pub waits_for_claim: bool,
    /// Whether somebody should prune. Only a trigger that found something asks: where nothing is written, the buffer does not
    /// grow, and what became old enough since then goes after the next edit.
    pub prune_is_due: bool,
}

/// How long a trigger waits for a gap when it could be handing over changes from before it.
const SHORT: Duration = Duration::from_millis(250);

/// Triggers that follow each other no faster than this may do so until the ledger was compared. Else that waits for the next edit, or
/// for a visitor.
const LEISURELY: Duration = Duration::from_secs(3);

/// The soonest that another trigger looks again.
const SOON: Duration = Duration::from_secs(1);

/// Initialises, finds the horizon, repairs, fast-forwards, waits a bounded time if the horizon is held back, and selects.
pub fn trigger<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    settings: &Settings,
    chance: &mut fastrand::Rng,
) -> Result<TriggerOutcome> {
    let rows = store.all_states()?;
    let initialised = complete(store, settings, &rows)?;
    let rows = if initialised.is_empty() { rows } else { store.all_states()? };
    let mut states = states_of(settings, rows);
    let mut horizon = store.horizon(settled(&states), settings.gap_rules())?;
    let repairs = repair_seen(store, &mut states, &horizon)?;
    if horizon.findings.began_anew || !repairs.is_empty() {
        window.forget();
        horizon = store.horizon(settled(&states), settings.gap_rules())?;
    }
    let late = find_late(store, settings, &horizon)?;
    if !late.is_empty() {
        // Those who have not come as far as a late change rest for a moment now.
        window.forget();
        (states, horizon) = read_again(store, settings, horizon)?;
    }
    let undelivered = if horizon.findings.has_late || !late.is_empty() { store.undelivered()? } else { Vec::new() };
    let mut fast_forwarded = fast_forward(store, window, settings, &mut states, &horizon)?;
    let mut now = store.now()?;
    let mut selection = select_among(settings, &states, horizon.upto, now, chance);
    if horizon.waits_for.is_some() {
        let patience = patience(settings).min(if selection.due.is_empty() { Duration::MAX } else { SHORT });
        let before = horizon.upto;
        horizon = wait_for_gap(store, settings, settled(&states), horizon, patience)?;
        if horizon.upto > before {
            (states, horizon) = read_again(store, settings, horizon)?;
            fast_forwarded += fast_forward(store, window, settings, &mut states, &horizon)?;
            now = store.now()?;
            selection = select_among(settings, &states, horizon.upto, now, chance);
        }
    }
    let mut due = selection.due;
    let late_for = |site: &SiteId| undelivered.iter().any(|(client, _)| client == site.as_str());
    due.extend(
        states
            .iter()
            .filter(|state| {
                (late_for(&state.client.site) && can_be_told(state, settings, now))
                    || is_to_hear_again(state, settings, now)
            })
            .map(|state| state.client.site.clone())
            .filter(|site| !due.contains(site))
            .collect::<Vec<_>>(),
    );
    // Who is disabled, or not ours, is not waited for.
    let has_late = states.iter().any(|state| !state.disabled && late_for(&state.client.site));
    let plan = Plan::new(&states, undelivered, horizon, now, settings, chance);
    let waits_for_gap = horizon.waits_for.is_some();
    let found_something = fast_forwarded > 0
        || !due.is_empty()
        || has_late
        || (horizon.findings.awaits_comparison && is_leisurely(settings))
        || selection.look_again.is_some()
        || waits_for_gap
        || somebody_counts_on_a_trigger(&states, now, settings);
    let behind = if waits_for_gap { Some(SOON) } else { selection.look_again };
    let look_again = found_something.then(|| look_again(behind, settings));
    let prune_is_due = found_something && prune_is_due(store)?;
    Ok(TriggerOutcome {
        horizon: horizon.upto,
        initialised,
        repairs,
        fast_forwarded,
        waits_for_claim: states.iter().any(|state| state.is_left_alone(horizon.upto, now, settings.due_rules())),
        due,
        plan,
        late,
        findings: horizon.findings,
        refused: states.iter().filter_map(|state| Some((state.client.site.clone(), state.why_refused()?))).collect(),
        bad: window.take_unheard(),
        look_again,
        waits_for_gap,
        prune_is_due,
    })
}

/// The states as they are now, with a horizon by which each may go: on a server that has taken over, a client may stand before the place
/// where the search for the old one began.
fn read_again<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    horizon: Horizon,
) -> Result<(Vec<DispatchState>, Horizon)> {
    let states = dispatch_states(store, settings)?;
    let settled = settled(&states);
    let horizon = if horizon.covers(settled) { horizon } else { store.horizon(settled, settings.gap_rules())? };
    Ok((states, horizon))
}

/// Whether there may be edits that were not announced, because the trigger of an earlier edit is still to come, and that
/// trigger may never run: a queue like Kafka's takes it for the same as this one, which began after it was pushed. The earlier
/// edit was dispatched already, or this trigger would have found it; then some client was moved since.
fn somebody_counts_on_a_trigger(states: &[DispatchState], now: Timestamp, settings: &Settings) -> bool {
    /// Times are whole seconds, and the moment of a delayed job is rounded up.
    const ROUNDING: Duration = Duration::from_secs(2);
    let longest = settings.trigger_max_delay;
    !longest.is_zero()
        && states.iter().any(|state| !state.disabled && state.was_touched_within(longest + ROUNDING, now))
}

/// Whether triggers follow each other slowly enough to go on for some time.
fn is_leisurely(settings: &Settings) -> bool {
    settings.queue.may_delay_triggers() && settings.until_successor() >= LEISURELY
}

/// A trigger that found something is followed by another, until one finds nothing: the queue may have dropped what was
/// asked for while this one waited, and whoever is to serve the clients may die.
fn look_again(behind: Option<Duration>, settings: &Settings) -> Duration {
    let longest = settings.until_successor();
    behind.unwrap_or(longest).clamp(SOON, longest)
}
