//! Finds the horizon, and waits for one that is held back.

use std::time::Duration;

use super::states::{dispatch_states, settled};
use crate::{
    domain::{change::ChangeId, horizon::Horizon, settings::Settings},
    error::Result,
    store::Store,
};

/// How far changes may be dispatched, as of now.
pub fn horizon<S: Store + ?Sized>(store: &mut S, settings: &Settings) -> Result<Horizon> {
    let states = dispatch_states(store, settings)?;
    store.horizon(settled(&states), settings.gap_rules())
}

/// The longest that anybody waits for a gap: as long as it takes to call a young one dead, within reason.
pub(super) fn patience(settings: &Settings) -> Duration {
    const MOST: Duration = Duration::from_secs(3);
    // A little more than the grace period, so that the last look comes after its end.
    settings.gap_grace.min(MOST) + Duration::from_millis(50)
}

/// Waits up to `patience` for `held` to reach what was visible when it was found; returns the horizon as it is then. Most gaps
/// are transactions that commit within milliseconds, so it looks again soon at first, and then less often. It always looks from
/// `settled` on, as the first look did: how far that one came says nothing about another life of the buffer.
pub(super) fn wait_for_gap<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    settled: ChangeId,
    held: Horizon,
    patience: Duration,
) -> Result<Horizon> {
    const LONGEST: Duration = Duration::from_millis(250);
    let (mut horizon, mut left, mut slice) = (held, patience, Duration::from_millis(10));
    while horizon.upto < held.last && !left.is_zero() {
        let nap = slice.min(left);
        if !store.wait(nap) {
            break;
        }
        horizon = store.horizon(settled, settings.gap_rules())?;
        left -= nap;
        slice = (slice * 2).min(LONGEST);
    }
    Ok(horizon)
}
