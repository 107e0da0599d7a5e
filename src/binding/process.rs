//! What belongs to one process: its connection to the repo's database. A fork inherits memory and descriptors, and must use
//! neither, nor close them: it leaves them alone and opens its own.

use std::process;

use super::connection::SqliteConnection;
use crate::{error::Result, store::sqlite::SqliteStore};

/// A connection that opens when first used, and again in a forked child.
pub(super) struct ProcessStore {
    connection: SqliteConnection,
    open: Option<(u32, SqliteStore)>,
}

impl ProcessStore {
    pub fn new(connection: SqliteConnection) -> Self {
        Self { connection, open: None }
    }

    /// This process's store.
    pub fn get(&mut self) -> Result<&mut SqliteStore> {
        self.forget_if_inherited();
        if self.open.is_none() {
            let SqliteConnection { path, prefix, timeout } = &self.connection;
            self.open = Some((process::id(), SqliteStore::open(path, prefix.clone(), *timeout)?));
        }
        Ok(&mut self.open.as_mut().expect("it was opened just now").1)
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
