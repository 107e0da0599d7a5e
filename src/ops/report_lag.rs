//! Finds out how far the clients are behind.

use std::collections::{BTreeMap, BTreeSet};

use super::states::{settled, states_of};
use crate::{
    domain::{change::ChangeId, lag::LagReport, settings::Settings, time::Timestamp},
    error::Result,
    store::Store,
};

/// How far the configured clients are behind, as of now. A few statements, however many clients there are.
pub fn report_lag<S: Store + ?Sized>(store: &mut S, settings: &Settings) -> Result<LagReport> {
    let rows = store.all_states()?;
    let states = states_of(settings, rows);
    let horizon = store.horizon(settled(&states), settings.gap_rules())?;
    // What waits behind the horizon waits, too: whoever edits meanwhile makes it more.
    let positions: BTreeSet<ChangeId> =
        states.iter().filter(|state| !state.disabled && state.seen < horizon.last).map(|state| state.seen).collect();
    let positions: Vec<ChangeId> = positions.into_iter().collect();
    let first: BTreeMap<ChangeId, String> = if positions.is_empty() {
        BTreeMap::new()
    } else {
        store.first_after(&positions, horizon.last)?.into_iter().collect()
    };
    let now = store.now()?;
    let states = states
        .into_iter()
        .map(|state| {
            // Among the first changes after any position, the next one after this is the first one after this.
            let next = first.range(ChangeId(state.seen.0 + 1)..).next();
            let oldest = next.and_then(|(_, time)| Timestamp::parse_mw(time));
            (state, oldest)
        })
        .collect();
    Ok(LagReport::new(states, settings.clients().len(), horizon.upto, now, settings.claim_ttl))
}
