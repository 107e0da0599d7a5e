//! What belongs to one process: its connections, to the repo's database and to the locks. A fork inherits memory and
//! descriptors, and must use neither, nor close them: it leaves them alone and opens its own.

use std::{
    ops::{Deref, DerefMut},
    process,
    sync::Arc,
    thread,
};

use parking_lot::{Mutex, MutexGuard};

use super::{
    connection::RepoConnection,
    lock_manager::LockDescription,
    provoked_panic::{self, Place},
};
use crate::{domain::settings::Settings, error::Result, lock::LockManager, ops::Window, store::Store};

/// Connections that open when first used, and again in a forked child.
pub(super) struct Connections {
    repo: RepoConnection,
    locks: LockDescription,
    settings: Arc<Settings>,
    open: Option<Open>,
    /// Something panicked while it used them: nobody knows what they would answer next.
    are_in_doubt: bool,
}

struct Open {
    owner: u32,
    store: Box<dyn Store + Send>,
    locks: Box<dyn LockManager + Send>,
    window: Window,
}

/// What is open, to be worked with.
pub(super) struct Opened<'c> {
    pub store: &'c mut dyn Store,
    pub locks: &'c mut dyn LockManager,
    /// What was read through the store.
    pub window: &'c mut Window,
}

impl Connections {
    pub fn new(repo: RepoConnection, locks: LockDescription, settings: Arc<Settings>) -> Self {
        Self { repo, locks, settings, open: None, are_in_doubt: false }
    }

    /// This process's connections.
    pub fn get(&mut self) -> Result<Opened<'_>> {
        self.forget_if_inherited();
        if self.are_in_doubt {
            self.open = None;
            self.are_in_doubt = false;
        }
        if self.open.is_none() {
            let store = self.repo.open()?;
            let locks = self.locks.open(&self.repo, &self.settings);
            let window = Window::new(&self.settings);
            self.open = Some(Open { owner: process::id(), store, locks, window });
        }
        let open = self.open.as_mut().expect("it was opened just now");
        provoked_panic::at(&Place::Call);
        Ok(Opened { store: open.store.as_mut(), locks: open.locks.as_mut(), window: &mut open.window })
    }

    fn forget_if_inherited(&mut self) {
        if matches!(&self.open, Some(open) if open.owner != process::id()) {
            std::mem::forget(self.open.take());
        }
    }
}

/// The connections, as long as one call has them to itself.
pub(super) struct InUse<'c>(MutexGuard<'c, Connections>);

impl<'c> InUse<'c> {
    pub fn of(connections: &'c Mutex<Connections>) -> Self {
        Self(connections.lock())
    }
}

impl Deref for InUse<'_> {
    type Target = Connections;

    fn deref(&self) -> &Connections {
        &self.0
    }
}

impl DerefMut for InUse<'_> {
    fn deref_mut(&mut self) -> &mut Connections {
        &mut self.0
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        // Closing them has to wait: a second panic would end the process.
        self.0.are_in_doubt |= thread::panicking();
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.forget_if_inherited();
    }
}
