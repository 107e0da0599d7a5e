//! Disables a client that is closed or cannot be reached, so that it holds back no pruning, and enables it again; because an admin says
//! so.

use super::horizon::horizon;
use crate::{
    domain::{change::ChangeId, settings::Settings, site::SiteId},
    error::{Error, ErrorKind, Result},
    store::Store,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switched {
    /// It was done.
    Done,
    /// It was so already.
    Already,
    /// No client of this name has a dispatch state.
    Unknown,
    /// It is Wikibase's: see [`rollout`](super::rollout).
    HasLeft,
}

impl Switched {
    /// The code by which PHP knows it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already",
            Self::Unknown => "unknown",
            Self::HasLeft => "left",
        }
    }
}

/// From here on the client gets nothing, and what is written is not kept for it. A pass that is under way ends.
pub fn disable<S: Store + ?Sized>(store: &mut S, client: &SiteId) -> Result<Switched> {
    let is_done = store.disable(client)?;
    switched(store, client, is_done)
}

/// The client gets what is written after a change. A rest after failures is over.
///
/// # Errors
/// [`ErrorKind::BeyondHorizon`] if that is beyond the horizon: what can still commit before it would be lost (G7).
pub fn enable<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    client: &SiteId,
    after: ChangeId,
) -> Result<Switched> {
    let upto = horizon(store, settings)?.upto;
    if after > upto {
        let message = format!("cannot enable {client} after {after}: no change behind {upto} is settled yet");
        return Err(Error::new(ErrorKind::BeyondHorizon, message));
    }
    let is_done = store.enable(client, after)?;
    switched(store, client, is_done)
}

fn switched<S: Store + ?Sized>(store: &mut S, client: &SiteId, is_done: bool) -> Result<Switched> {
    if is_done {
        return Ok(Switched::Done);
    }
    Ok(match store.state(client)? {
        None => Switched::Unknown,
        Some(row) if row.has_left => Switched::HasLeft,
        Some(_) => Switched::Already,
    })
}
