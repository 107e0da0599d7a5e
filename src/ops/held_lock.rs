//! Whether a client's lock is held, for the status of a client that gets nothing.

use super::states::client_named;
use crate::{
    domain::{lock_name::LockName, settings::Settings},
    error::Result,
    lock::LockManager,
};

/// The name of the client's lock, if somebody holds it.
///
/// # Errors
/// [`ErrorKind::UnknownClient`](crate::error::ErrorKind::UnknownClient) if the client is not configured; those of the lock manager.
pub fn held_lock(locks: &mut dyn LockManager, settings: &Settings, site: &str) -> Result<Option<LockName>> {
    let name = LockName::new(&settings.repo, &client_named(settings, site)?.site);
    let is_held = locks.held_among(std::slice::from_ref(&name))?.contains(&true);
    Ok(is_held.then_some(name))
}
