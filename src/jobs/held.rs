//! A pass that a job has begun.

use super::core::{Core, Open};
use crate::{error::Result, ops::LockedPass, store::impatiently};

/// Gives the claim back if it is dropped before the pass is over: its job was, in the middle.
pub(super) struct Held<'c, C: Core> {
    core: &'c C,
    pub locked: LockedPass,
    is_over: bool,
}

impl<'c, C: Core> Held<'c, C> {
    pub fn new(core: &'c C, locked: LockedPass) -> Self {
        Self { core, locked, is_over: false }
    }

    /// It has been finished, with others of its group.
    pub fn is_over(&mut self) {
        self.is_over = true;
    }

    /// Does what ends the pass, whatever comes of it.
    pub fn end<T>(&mut self, work: impl FnOnce(&mut LockedPass, Open<'_>) -> Result<T>) -> Result<T> {
        self.is_over = true;
        let locked = &mut self.locked;
        self.core.with(|open| work(locked, open))
    }

    /// Does what ends the pass if it succeeds.
    pub fn try_to_end<T>(&mut self, work: impl FnOnce(&mut LockedPass, Open<'_>) -> Result<T>) -> Result<T> {
        let locked = &mut self.locked;
        let done = self.core.with(|open| work(locked, open));
        self.is_over = done.is_ok();
        done
    }

    /// The client's site id.
    pub fn site(&self) -> &crate::domain::site::SiteId {
        &self.locked.pass.client.site
    }
}

impl<C: Core> Drop for Held<'_, C> {
    fn drop(&mut self) {
        if self.is_over || !self.core.is_at_home() {
            return;
        }
        // Nobody is left to tell of a failure here, and none is needed: a claim that is not given back expires. Nor is there
        // time to wait: what holds the database may be a transaction of this very process, which is ending.
        let locked = &mut self.locked;
        let _ = self.core.with(|open| impatiently(open.store, |store| locked.abandon(store, open.locks)));
    }
}
