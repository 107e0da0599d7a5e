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
    // Changes behind the horizon wait, too: edits go on.
    // So does what a client was sent and has not handled.
    let now = store.now()?;
    let states: Vec<_> = states
        .into_iter()
        .map(|state| {
            let handled = state.handled(now, settings.again_rules());
            (state, handled)
        })
        .collect();
    let behind = states.iter().filter(|(state, handled)| !state.disabled && *handled < horizon.last);
    let positions: BTreeSet<ChangeId> = behind.map(|(_, handled)| *handled).collect();
    let positions: Vec<ChangeId> = positions.into_iter().collect();
    let first: BTreeMap<ChangeId, String> = if positions.is_empty() {
        BTreeMap::new()
    } else {
        store.first_after(&positions, horizon.last)?.into_iter().collect()
    };
    let states = states
        .into_iter()
        .map(|(state, handled)| {
            // Among the first changes after any position, the next one after this is the first one after this.
            let next = first.range(ChangeId(handled.0 + 1)..).next();
            let oldest = next.and_then(|(_, time)| Timestamp::parse_mw(time));
            (state, oldest)
        })
        .collect();
    Ok(LagReport::new(states, settings.clients().len(), horizon.upto, now, settings.claim_ttl))
}
