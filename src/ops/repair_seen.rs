//! Sets clients back that stand behind the end of all ids: the buffer was restored or truncated, and its ids began anew.
//!
//! Such a client would wait until the new ids have grown past its seen, and lose all changes until then. It is set back to 0: what
//! is in the buffer is delivered again, and nothing is lost. An empty buffer, or one whose last rows were deleted, is
//! nothing of the kind: the ids of those were given out, and the database remembers that.

use super::late::mark;
use crate::{
    domain::{change::ChangeId, horizon::Horizon, site::SiteId, state::DispatchState},
    error::{Error, ErrorKind, Result},
    store::{NewClaim, StateRow, Store},
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
    if horizon.findings.began_anew {
        return begin_anew(store, states, horizon);
    }
    let is_empty = horizon.last == ChangeId::default();
    if is_empty || states.iter().all(|state| state.seen <= horizon.last) {
        return Ok(Vec::new());
    }
    let Some(highest) = store.highest_allocated()? else {
        return Ok(Vec::new());
    };
    let is_beyond = states.iter().any(|state| state.seen > highest);
    if is_beyond && !horizon.findings.is_known {
        // The positions of the others are of the same life, though the new ids have grown past them already.
        return begin_anew(store, states, horizon);
    }
    let mut repairs = Vec::new();
    for state in states.iter_mut().filter(|state| state.seen > highest) {
        let (client, seen) = (&state.client.site, state.seen);
        store.forget_sent(client, seen, state.lock_value.as_deref())?;
        if store.seek(client, seen, state.lock_value.as_deref(), ChangeId::default(), horizon.life)? {
            repairs.push(Repair { client: client.clone(), seen, highest });
            state.seen = ChangeId::default();
            state.lock_value = None;
        }
    }
    Ok(repairs)
}

/// The row by which the buffer is known is another one: all positions are of an earlier life of it, also those that its ids have
/// grown past, and those of clients that this process does not know.
///
/// What somebody read in that life must not be handed over in this one. The note of the new life has another epoch, in
/// which nobody uses it, and each client is marked, by a compare-and-set under which every claim fails that was
/// prepared before. The note is forgotten last, so that the successor of a runner that dies on the way does the rest.
fn begin_anew<S: Store + ?Sized>(
    store: &mut S,
    states: &mut [DispatchState],
    horizon: &Horizon,
) -> Result<Vec<Repair>> {
    let beginning = ChangeId::default();
    let busy = || {
        let text = "cannot set clients back to the beginning of a change buffer whose ids began anew: another process is moving them";
        Error::new(ErrorKind::StoreBusy, text)
    };
    let rows = store.all_states()?;
    let clients: Vec<(SiteId, &StateRow)> =
        rows.iter().filter_map(|row| Some((SiteId::parse(&row.site)?, row))).collect();
    let mark = mark(store.now()?).to_string();
    let mut repairs = Vec::new();
    for (client, row) in &clients {
        store.forget_sent(client, row.seen, row.lock.as_deref())?;
        if !store.seek(client, row.seen, row.lock.as_deref(), beginning, horizon.life)? {
            return Err(busy());
        }
        if row.seen > beginning {
            repairs.push(Repair { client: client.clone(), seen: row.seen, highest: horizon.last });
        }
    }
    let marks: Vec<NewClaim<'_>> = clients
        .iter()
        .filter(|(_, row)| !row.disabled)
        .map(|(client, _)| NewClaim { client, seen: beginning, expected: None, lock: &mark, life: horizon.life })
        .collect();
    if !marks.is_empty() && store.claim_all(&marks)?.contains(&false) {
        return Err(busy());
    }
    store.begin_new_life()?;
    for state in states {
        state.seen = beginning;
        state.lock_value = (!state.disabled).then(|| mark.clone());
    }
    Ok(repairs)
}
