//! Finds out how far the clients are behind.

use super::{horizon::horizon, states::state_of};
use crate::{
    domain::{lag::LagReport, settings::Settings, time::Timestamp},
    error::Result,
    store::Store,
};

/// How far the configured clients are behind, as of now. A few statements, however many clients there are.
pub fn report_lag<S: Store + ?Sized>(store: &mut S, settings: &Settings) -> Result<LagReport> {
    let horizon = horizon(store, settings)?.upto;
    let rows = store.oldest_unseen(horizon)?;
    let now = store.now()?;
    let states = rows
        .into_iter()
        .filter_map(|(row, oldest)| {
            let client = settings.client(&row.site)?;
            Some((state_of(client, row), oldest.as_deref().and_then(Timestamp::parse_mw)))
        })
        .collect();
    Ok(LagReport::new(states, settings.clients().len(), horizon, now, settings.claim_ttl))
}
