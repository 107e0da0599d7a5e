//! A pass under a lock: the lock is taken first and given back last, whatever becomes of the pass.

use super::{
    pass::{self, Pass},
    states::client_named,
    window::Window,
};
use crate::{
    domain::{claim::Token, lock_name::LockName, settings::Settings, state::Due},
    error::{Error, ErrorKind, Result},
    lock::{Held, LockManager},
    store::Store,
};

/// A claimed batch, and the lock under which it was claimed.
#[derive(Debug)]
pub struct LockedPass {
    /// The pass.
    pub pass: Pass,
    held: Option<Held>,
}

/// [`pass::begin`] under the client's lock.
///
/// # Errors
/// Those of [`pass::begin`], where [`ErrorKind::ClientClaimed`] also says that another process holds the lock, and
/// [`ErrorKind::LockUnavailable`] if the lock server does not answer: whoever relies on the lock
/// does not know our claims, so there is no going on without it.
pub fn begin_locked<S: Store + ?Sized>(
    store: &mut S,
    window: &mut Window,
    locks: &mut dyn LockManager,
    settings: &Settings,
    site: &str,
    token: Token,
) -> Result<Option<LockedPass>> {
    let client = client_named(settings, site)?;
    let name = LockName::new(&settings.repo, &client.site);
    let Some(held) = locks.try_lock(&name, token.0)? else {
        return Err(Error::new(
            ErrorKind::ClientClaimed,
            format!("cannot begin a pass for {site}: another process holds the lock {name}"),
        ));
    };
    match pass::begin(store, window, settings, site, token) {
        Ok(Some(pass)) => Ok(Some(LockedPass::new(pass, held))),
        other => {
            give_back(locks, Some(held));
            other.map(|_| None)
        }
    }
}

impl LockedPass {
    pub(super) fn new(pass: Pass, held: Held) -> Self {
        Self { pass, held: Some(held) }
    }

    /// The lock, for the caller to release.
    pub(super) fn take_held(&mut self) -> Option<Held> {
        self.held.take()
    }

    /// [`pass::finish`], then the lock is given back.
    ///
    /// # Errors
    /// Those of [`pass::finish`].
    pub fn finish<S: Store + ?Sized>(
        &mut self,
        store: &mut S,
        locks: &mut dyn LockManager,
        settings: &Settings,
    ) -> Result<Due> {
        let due = pass::finish(store, settings, &self.pass)?;
        give_back(locks, self.held.take());
        Ok(due)
    }

    /// [`pass::release`], then the lock is given back.
    ///
    /// # Errors
    /// Those of [`pass::release`]; the lock is given back all the same.
    pub fn release<S: Store + ?Sized>(&mut self, store: &mut S, locks: &mut dyn LockManager) -> Result<()> {
        let released = pass::release(store, &self.pass);
        give_back(locks, self.held.take());
        released
    }

    /// [`pass::abandon`], then the lock is given back.
    ///
    /// # Errors
    /// Those of [`pass::abandon`]; the lock is given back all the same.
    pub fn abandon<S: Store + ?Sized>(&mut self, store: &mut S, locks: &mut dyn LockManager) -> Result<()> {
        let abandoned = pass::abandon(store, &self.pass);
        give_back(locks, self.held.take());
        abandoned
    }
}

/// A lock that cannot be given back ends by itself, and what was done under it is done: there is nothing to tell a caller.
fn give_back(locks: &mut dyn LockManager, held: Option<Held>) {
    if let Some(held) = held {
        let _ = locks.unlock(held);
    }
}
