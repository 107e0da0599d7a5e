//! A pass: for one client, find the next batch, claim it, hand it over, advance.
//!
//! The order is: look, assemble, **claim**, push, **finish**. The claim is one compare-and-set that records where the pass ends,
//! so nothing is pushed that is not written down first, and a runner that takes over from a dead one pushes the same again.
//! Assembling before claiming costs a losing runner some reading, and saves every winning one a statement.

use std::collections::HashSet;

use super::states::state_of_client;
use crate::{
    domain::{
        batch::{Batch, Limits},
        change::ChangeId,
        claim::{Claim, Lock, Rest, Token},
        settings::Settings,
        site::Client,
        state::{DispatchState, Due},
    },
    error::{Error, ErrorKind, Result},
    store::{ReadLimit, Store},
};

/// A claimed batch, to be handed over and then finished, released or abandoned.
#[derive(Debug)]
pub struct Pass {
    /// Whose pass it is.
    pub client: Client,
    /// `chd_seen` before it.
    pub seen: ChangeId,
    /// What to hand over.
    pub batch: Batch,
    claim: Claim,
    /// The claim as it stands in the row.
    lock: String,
    /// What stood there before.
    lock_before: Option<String>,
}

impl Pass {
    /// `chd_seen` after it.
    pub fn end(&self) -> ChangeId {
        self.batch.considered()
    }
}

/// Assembles the next batch for the client that `site` names, and claims it with `token`.
///
/// `None` if the client needs no pass: nothing is pending, or it is disabled. Whether it has rested for the interval is not
/// asked here: who begins a pass has been told to.
///
/// # Errors
/// [`ErrorKind::UnknownClient`] if the client is not configured; [`ErrorKind::ClientClaimed`] and
/// [`ErrorKind::ClientResting`] if changes are pending that cannot be handed over now: whoever was told to do so must see
/// to it that somebody looks again.
pub fn begin<S: Store>(store: &mut S, settings: &Settings, site: &str, token: Token) -> Result<Option<Pass>> {
    let state = state_of_client(store, settings, site)?;
    let now = store.now()?;
    let horizon = store.horizon()?;
    if state.disabled || state.pending(horizon) == 0 {
        return Ok(None);
    }
    if let Some(until) = state.lock().blocked_until(now, settings.claim_ttl) {
        return Err(blocked(site, &state.lock(), now.until(until).as_secs()));
    }
    let batch = assemble(store, settings, &state, horizon)?;
    let claim = Claim {
        token,
        expires: now.plus(settings.claim_ttl),
        end: batch.considered(),
        failures: state.lock().failures(),
    };
    let lock = claim.to_string();
    if !store.claim(&state.client.site, state.seen, state.lock_value.as_deref(), &lock)? {
        return Err(Error::new(
            ErrorKind::ClientClaimed,
            format!("cannot begin a pass for {site}: somebody else has just claimed it"),
        ));
    }
    Ok(Some(Pass { client: state.client, seen: state.seen, batch, claim, lock, lock_before: state.lock_value }))
}

fn blocked(site: &str, lock: &Lock, seconds: u64) -> Error {
    let (kind, why) = match lock {
        Lock::Resting(_) => (ErrorKind::ClientResting, "it rests after a failure"),
        Lock::Claimed(_) | Lock::Free => (ErrorKind::ClientClaimed, "somebody else holds its claim"),
    };
    Error::new(kind, format!("cannot begin a pass for {site}: {why}, for {seconds} s at most"))
}

fn assemble<S: Store>(store: &mut S, settings: &Settings, state: &DispatchState, horizon: ChangeId) -> Result<Batch> {
    // Whoever takes over a pass keeps to its end, so that what may have been pushed already is pushed again the same. An end
    // that no pass from here could have had (seen was set back meanwhile) is not one to keep to.
    let intended = state
        .lock()
        .intended_end()
        .filter(|end| *end > state.seen && *end <= horizon && state.seen.distance_to(*end) <= settings.pass_reach());
    let (upto, limits) = intended.map_or_else(|| (horizon, settings.batch_limits()), |end| (end, Limits::NONE));
    let limit = ReadLimit { rows: settings.chunk_size(), bytes: settings.batch_max_bytes as usize };
    let mut batch = Batch::new(state.client.site.clone(), state.seen, limits);
    let mut chunks = 0;
    while !batch.is_full() && batch.considered() < upto && (intended.is_some() || chunks < settings.max_chunks) {
        let chunk = store.read_changes(batch.considered(), upto, limit)?;
        let entities: HashSet<&str> = chunk.changes.iter().map(|change| change.entity.as_str()).collect();
        let subscribed = store.subscribed(&state.client.site, &entities)?;
        batch.consider(chunk.changes, chunk.reached, &subscribed);
        chunks += 1;
    }
    Ok(batch)
}

/// Records that the client has seen everything up to the pass's end, and gives the claim back. Returns when its next
/// pass is due.
///
/// # Errors
/// [`ErrorKind::ClaimLost`] if the claim was lost meanwhile: nothing is recorded, and somebody else does the pass.
pub fn finish<S: Store>(store: &mut S, settings: &Settings, pass: &Pass) -> Result<Due> {
    let now = store.now()?;
    if !store.advance(&pass.client.site, pass.seen, &pass.lock, pass.end(), now)? {
        return Err(Error::new(
            ErrorKind::ClaimLost,
            format!("cannot save position {} for {}: the claim was lost", pass.end(), pass.client.site),
        ));
    }
    let state = DispatchState {
        client: pass.client.clone(),
        seen: pass.end(),
        touched: Some(now),
        lock_value: None,
        disabled: false,
    };
    Ok(state.due(store.horizon()?, now, settings.due_rules()))
}

/// Gives the claim back as if the pass had not been begun. Losing it meanwhile is no error: there is nothing to give back.
pub fn release<S: Store>(store: &mut S, pass: &Pass) -> Result<()> {
    store.unlock(&pass.client.site, &pass.lock, pass.lock_before.as_deref()).map(drop)
}

/// Gives the claim back after a failure: the client rests, longer each time in a row. Nothing is recorded as seen, and the
/// end of the pass is kept: part of the batch may have been pushed, and is to be pushed again the same.
pub fn abandon<S: Store>(store: &mut S, pass: &Pass) -> Result<()> {
    let rest = Rest::after(&pass.claim, store.now()?);
    store.unlock(&pass.client.site, &pass.lock, Some(&rest.to_string())).map(drop)
}
