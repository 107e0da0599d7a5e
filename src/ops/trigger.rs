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
    /// When to look again; `None` if nobody who is not due is behind.
    pub look_again: Option<Duration>,
}

/// Initialises, finds the horizon, fast-forwards and selects.
pub fn trigger<S: Store>(store: &mut S, settings: &Settings, chance: &mut fastrand::Rng) -> Result<TriggerOutcome> {
    let initialised = initialise(store, settings)?;
    let horizon = store.horizon()?;
    let mut states = dispatch_states(store, settings)?;
    let fast_forwarded = fast_forward(store, settings, &mut states, horizon)?;
    let selection = select_at(store, settings, &states, horizon, chance)?;
    Ok(TriggerOutcome { horizon, initialised, fast_forwarded, due: selection.due, look_again: selection.look_again })
}
