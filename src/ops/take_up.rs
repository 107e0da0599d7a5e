//! Takes a change up again that was set aside for a client (G16), because an admin says so: whatever kept the client from handling it
//! has been mended.
//!
//! It goes as a late change does: by a pass of its own that leaves the client where it is, noted until a receipt covers it, and set aside
//! again if the client still cannot handle it.

use super::{
    late::read,
    states::{client_named, state_of_client},
};
use crate::{
    domain::{change::ChangeId, sent::AsideChange, settings::Settings},
    error::Result,
    store::Store,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenUp {
    /// The next trigger delivers it.
    Done,
    /// It is not set aside for this client.
    NotAside,
    /// It is no longer in the buffer, so nobody can deliver it.
    Gone,
    /// The client is disabled, and gets nothing.
    Disabled,
}

impl TakenUp {
    /// The code by which PHP knows it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotAside => "not-aside",
            Self::Gone => "gone",
            Self::Disabled => "disabled",
        }
    }
}

/// Has a change delivered again that was set aside for the client that `site` names.
///
/// # Errors
/// [`ErrorKind::UnknownClient`](crate::error::ErrorKind::UnknownClient) if the client is not configured.
pub fn take_up<S: Store + ?Sized>(store: &mut S, settings: &Settings, site: &str, change: ChangeId) -> Result<TakenUp> {
    let state = state_of_client(store, settings, site)?;
    if state.disabled {
        return Ok(TakenUp::Disabled);
    }
    if !store.aside_for(&state.client.site)?.iter().any(|aside| aside.change == change) {
        return Ok(TakenUp::NotAside);
    }
    if read(store, settings, &[change])?.is_empty() {
        return Ok(TakenUp::Gone);
    }
    let now = store.now()?;
    let is_done = store.take_up(&state.client.site, change, now)?;
    Ok(if is_done { TakenUp::Done } else { TakenUp::NotAside })
}

/// What was set aside for the client that `site` names.
///
/// # Errors
/// [`ErrorKind::UnknownClient`](crate::error::ErrorKind::UnknownClient) if the client is not configured.
pub fn aside_for<S: Store + ?Sized>(store: &mut S, settings: &Settings, site: &str) -> Result<Vec<AsideChange>> {
    store.aside_for(&client_named(settings, site)?.site)
}
