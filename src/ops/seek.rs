//! Sets a client to another place of the buffer, because an admin says so: forwards, and what lies between is skipped; backwards, and
//! it is repeated. Never beyond the horizon: what can still commit behind a client would be lost to it (G7).

use super::{
    horizon::horizon,
    states::{client_named, state_of_client},
};
use crate::{
    domain::{
        change::ChangeId,
        claim::{Lock, Token},
        horizon::Life,
        lock_name::LockName,
        settings::Settings,
        site::Client,
    },
    error::{Error, ErrorKind, Result},
    lock::LockManager,
    store::Store,
};

/// Sets the client from `from` to `to`, and ends its rest after failures. Whether it did: not if the client does not stand at
/// `from`, or has just been claimed.
///
/// # Errors
/// [`ErrorKind::UnknownClient`] if it is not configured, [`ErrorKind::BeyondHorizon`] if `to` is beyond the horizon, and
/// [`ErrorKind::ClientClaimed`] while somebody holds its claim or its lock.
pub fn seek<S: Store + ?Sized>(
    store: &mut S,
    locks: &mut dyn LockManager,
    settings: &Settings,
    site: &str,
    from: ChangeId,
    to: ChangeId,
    token: Token,
) -> Result<bool> {
    let client = client_named(settings, site)?;
    let horizon = horizon(store, settings)?;
    if to > horizon.upto {
        return Err(Error::new(
            ErrorKind::BeyondHorizon,
            format!("cannot set {site} to position {to}: no change behind {} is settled yet", horizon.upto),
        ));
    }
    let name = LockName::new(&settings.repo, &client.site);
    let Some(held) = locks.try_lock(&name, token.0)? else {
        return Err(claimed(client, to, &format!("another process holds the lock {name}")));
    };
    let done = seek_unclaimed(store, settings, client, from, to, horizon.life);
    // A lock that cannot be given back ends by itself.
    let _ = locks.unlock(held);
    done
}

fn seek_unclaimed<S: Store + ?Sized>(
    store: &mut S,
    settings: &Settings,
    client: &Client,
    from: ChangeId,
    to: ChangeId,
    life: Life,
) -> Result<bool> {
    let state = state_of_client(store, settings, client.site.as_str())?;
    let now = store.now()?;
    if let Lock::Claimed(_) = state.lock()
        && let Some(until) = state.lock().blocked_until(now, settings.claim_ttl)
    {
        let seconds = now.until(until).as_secs();
        return Err(claimed(client, to, &format!("another process holds its claim, for {seconds} s at most")));
    }
    store.seek(&client.site, from, state.lock_value.as_deref(), to, life)
}

fn claimed(client: &Client, to: ChangeId, why: &str) -> Error {
    Error::new(ErrorKind::ClientClaimed, format!("cannot set {} to position {to}: {why}", client.site))
}
