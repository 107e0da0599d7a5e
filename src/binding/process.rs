//! What belongs to one process: its connections, to the repo's database and to the locks. A fork inherits memory and
//! descriptors, and must use neither, nor close them: it leaves them alone and opens its own.

use std::{process, sync::Arc};

use super::{connection::RepoConnection, lock_manager::LockDescription};
use crate::{domain::settings::Settings, error::Result, lock::LockManager, store::Store};

/// Connections that open when first used, and again in a forked child.
pub(super) struct Connections {
    repo: RepoConnection,
    locks: LockDescription,
    settings: Arc<Settings>,
    open: Option<Open>,
}

struct Open {
    owner: u32,
    store: Box<dyn Store + Send>,
    locks: Box<dyn LockManager + Send>,
}

impl Connections {
    pub fn new(repo: RepoConnection, locks: LockDescription, settings: Arc<Settings>) -> Self {
        Self { repo, locks, settings, open: None }
    }

    /// This process's store and locks.
    pub fn get(&mut self) -> Result<(&mut dyn Store, &mut dyn LockManager)> {
        self.forget_if_inherited();
        if self.open.is_none() {
            let store = self.repo.open()?;
            let locks = self.locks.open(&self.repo, &self.settings);
            self.open = Some(Open { owner: process::id(), store, locks });
        }
        let open = self.open.as_mut().expect("it was opened just now");
        Ok((open.store.as_mut(), open.locks.as_mut()))
    }

    /// This process's store.
    pub fn store(&mut self) -> Result<&mut dyn Store> {
        Ok(self.get()?.0)
    }

    fn forget_if_inherited(&mut self) {
        if matches!(&self.open, Some(open) if open.owner != process::id()) {
            std::mem::forget(self.open.take());
        }
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.forget_if_inherited();
    }
}
