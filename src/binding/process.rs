//! What belongs to one process: its connection to the repo's database. A fork inherits memory and descriptors, and must use
//! neither, nor close them: it leaves them alone and opens its own.

use std::process;

use super::connection::RepoConnection;
use crate::{error::Result, store::Store};

/// A connection that opens when first used, and again in a forked child.
pub(super) struct ProcessStore {
    connection: RepoConnection,
    open: Option<(u32, Box<dyn Store + Send>)>,
}

impl ProcessStore {
    pub fn new(connection: RepoConnection) -> Self {
        Self { connection, open: None }
    }

    /// This process's store.
    pub fn get(&mut self) -> Result<&mut dyn Store> {
        self.forget_if_inherited();
        if self.open.is_none() {
            self.open = Some((process::id(), self.connection.open()?));
        }
        Ok(self.open.as_mut().expect("it was opened just now").1.as_mut())
    }

    fn forget_if_inherited(&mut self) {
        if matches!(self.open, Some((owner, _)) if owner != process::id()) {
            std::mem::forget(self.open.take());
        }
    }
}

impl Drop for ProcessStore {
    fn drop(&mut self) {
        self.forget_if_inherited();
    }
}
