//! A pass that is going on: whose it is, whether it is over, and that it is abandoned when everybody lets go of it.

use std::{process, sync::Arc};

use parking_lot::{Mutex, MutexGuard};

use super::{
    process::{Connections, InUse},
    provoked_panic::{self, Place},
};
use crate::{
    domain::{settings::Settings, state::Due},
    error::{Error, ErrorKind, Result},
    ops,
    store::impatiently,
};

/// What the PHP objects of one pass share.
pub(super) struct Running {
    locked: ops::LockedPass,
    pub settings: Arc<Settings>,
    connections: Arc<Mutex<Connections>>,
    /// The process that began it; a forked child inherits the object, but not the claim.
    owner: u32,
    is_over: bool,
}

impl Running {
    pub fn new(locked: ops::LockedPass, settings: Arc<Settings>, connections: Arc<Mutex<Connections>>) -> Self {
        Self { locked, settings, connections, owner: process::id(), is_over: false }
    }

    pub fn pass(&self) -> &ops::Pass {
        &self.locked.pass
    }

    /// Whether it can still be finished, by this process.
    pub fn is_open(&self) -> bool {
        !self.is_over && self.owner == process::id()
    }

    pub fn finish(&mut self) -> Result<Due> {
        if !self.is_open() {
            return Err(Error::new(
                ErrorKind::ClaimLost,
                format!("cannot finish the pass for {}: it is over, or another process's", self.pass().client.site),
            ));
        }
        let mut connections = InUse::of(&self.connections);
        let open = connections.get()?;
        let due = self.locked.finish(open.store, open.locks, &self.settings)?;
        self.is_over = true;
        Ok(due)
    }

    /// Finishes open passes of one dispatcher together. Returns the site ids of those whose claim was lost.
    pub fn finish_all(running: &mut [&mut MutexGuard<'_, Self>], plan: &mut ops::Plan) -> Result<Vec<String>> {
        let Some(first) = running.first() else {
            return Ok(Vec::new());
        };
        let (settings, connections) = (Arc::clone(&first.settings), Arc::clone(&first.connections));
        let mut connections = InUse::of(&connections);
        let open = connections.get()?;
        let mut passes: Vec<_> = running.iter_mut().map(|running| &mut running.locked).collect();
        let lost = ops::finish_group(open.store, open.locks, &settings, plan, &mut passes)?;
        for running in running {
            running.is_over = true;
        }
        Ok(lost.iter().map(ToString::to_string).collect())
    }

    pub fn release(&mut self) -> Result<()> {
        if !self.is_open() {
            return Ok(());
        }
        self.is_over = true;
        let mut connections = InUse::of(&self.connections);
        let open = connections.get()?;
        self.locked.release(open.store, open.locks)
    }

    pub fn abandon(&mut self) -> Result<()> {
        if !self.is_open() {
            return Ok(());
        }
        self.is_over = true;
        let mut connections = InUse::of(&self.connections);
        let open = connections.get()?;
        self.locked.abandon(open.store, open.locks)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_open() {
            return;
        }
        provoked_panic::at(&Place::Drop);
        // Nobody is left to tell of a failure here, and none is needed: a claim that is not given back expires. Nor is there
        // time to wait: what holds the database may be a transaction of this very process, which is ending.
        if let Ok(open) = InUse::of(&self.connections).get() {
            let _ = impatiently(open.store, |store| self.locked.abandon(store, open.locks));
        }
    }
}
