//! Sets clients back that stand behind the end of all ids: the buffer was restored or truncated, and its ids began anew.
//!
//! Such a client would wait until the new ids have grown past its seen, and lose all changes until then. It is set back to 0: what
//! is in the buffer is delivered again, and nothing is lost. An empty buffer, or one whose last rows were deleted, is
//! nothing of the kind: the ids of those were given out, and the database remembers that.

use crate::{
    domain::{change::ChangeId, horizon::Horizon, site::SiteId, state::DispatchState},
    error::Result,
    store::Store,
};

/// A client that was set back to 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Which one.
    pub client: SiteId,
    /// Where it stood.
    pub seen: ChangeId,
    /// The highest id that was ever given out.
    pub highest: ChangeId,
}

/// Sets every client of `states` back that has seen more than was ever given out; their states are brought up to date.
/// `horizon` must have been found after the states were read. Asks the database only if there is reason to.
pub fn repair_seen<S: Store + ?Sized>(
    store: &mut S,
    states: &mut [DispatchState],
    horizon: &Horizon,
) -> Result<Vec<Repair>> {
    let is_empty = horizon.last == ChangeId::default();
    if is_empty || states.iter().all(|state| state.seen <= horizon.last) {
        return Ok(Vec::new());
    }
    let Some(highest) = store.highest_allocated()? else {
        return Ok(Vec::new());
    };
    let mut repairs = Vec::new();
    for state in states.iter_mut().filter(|state| state.seen > highest) {
        let (client, seen) = (&state.client.site, state.seen);
        if store.seek(client, seen, state.lock_value.as_deref(), ChangeId::default(), horizon.life)? {
            repairs.push(Repair { client: client.clone(), seen, highest });
            state.seen = ChangeId::default();
            state.lock_value = None;
        }
    }
    Ok(repairs)
}
