//! The look at who needs a pass: all that a `DispatchTrigger` does before it schedules jobs.

use std::time::Duration;

use super::{
    fast_forward::fast_forward,
    initialise::initialise,
    states::{dispatch_states, select_at},
};
use crate::{
    domain::{change::ChangeId, settings::Settings, site::SiteId},
    error::Result,
    store::Store,
};

/// What a trigger found, and what has to be scheduled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerOutcome {
    /// Where it looked.
    pub horizon: ChangeId,
    /// Clients that got a dispatch state.
    pub initialised: Vec<SiteId>,
    /// How many clients were moved to the horizon because nothing is relevant to them.
    pub fast_forwarded: usize,
    /// Clients that are due, in the order in which to serve them.
    pub due: Vec<SiteId>,
    /// When to look again; `None` if there was nothing to do.
    pub look_again: Option<Duration>,
}

/// Initialises, finds the horizon, fast-forwards and selects.
pub fn trigger<S: Store>(store: &mut S, settings: &Settings, chance: &mut fastrand::Rng) -> Result<TriggerOutcome> {
    let initialised = initialise(store, settings)?;
    let horizon = store.horizon()?;
    let mut states = dispatch_states(store, settings)?;
    let fast_forwarded = fast_forward(store, settings, &mut states, horizon)?;
    let selection = select_at(store, settings, &states, horizon, chance)?;
    let found_something = fast_forwarded > 0 || !selection.due.is_empty() || selection.look_again.is_some();
    let look_again = found_something.then(|| look_again(selection.look_again, settings));
    Ok(TriggerOutcome { horizon, initialised, fast_forwarded, due: selection.due, look_again })
}

/// A trigger that found something is followed by another, until one finds nothing: the queue may have dropped what was
/// asked for while this one waited, and whoever is to serve the clients may die. Never later than an edit may have to wait,
/// since a queue drops the triggers of edits while the successor waits.
fn look_again(behind: Option<Duration>, settings: &Settings) -> Duration {
    let longest = settings.trigger_max_delay.max(Duration::from_secs(1));
    behind.unwrap_or(longest).clamp(Duration::from_secs(1), longest)
}
