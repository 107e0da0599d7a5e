//! Ends a client's rest after failures, because an admin says so: the next pass can begin at once.

use super::states::state_of_client;
use crate::{
    domain::{
        claim::{Lock, Rest},
        settings::Settings,
    },
    error::Result,
    store::Store,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// It rested, and does no longer.
    Done,
    /// It does not rest.
    Already,
    /// Somebody does a pass for it.
    Claimed,
    /// It is disabled, and gets nothing.
    Disabled,
}

impl Woken {
    /// The code by which PHP knows it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already",
            Self::Claimed => "claimed",
            Self::Disabled => "disabled",
        }
    }
}

/// Ends the rest of the client that `site` names. Where its failed pass would have ended, and how often it has failed, is kept: the same
/// is pushed again, and one more failure makes a longer rest.
///
/// # Errors
/// [`ErrorKind::UnknownClient`](crate::error::ErrorKind::UnknownClient) if the client is not configured.
pub fn wake<S: Store + ?Sized>(store: &mut S, settings: &Settings, site: &str) -> Result<Woken> {
    let state = state_of_client(store, settings, site)?;
    if state.disabled {
        return Ok(Woken::Disabled);
    }
    let now = store.now()?;
    if state.lock().blocked_until(now, settings.claim_ttl).is_none() {
        return Ok(Woken::Already);
    }
    let (Lock::Resting(rest), Some(lock)) = (state.lock(), state.lock_value.as_deref()) else {
        return Ok(Woken::Claimed);
    };
    let over = Rest { until: now, ..rest }.to_string();
    // Somebody who took it meanwhile does what is wanted.
    Ok(if store.unlock(&state.client.site, lock, Some(&over))? { Woken::Done } else { Woken::Already })
}
