//! No lock at all: the claim decides alone. For databases without named locks, where no other dispatcher runs.

use super::{Held, LockManager};
use crate::{domain::lock_name::LockName, error::Result};

/// Grants every lock.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClaimOnly;

impl LockManager for ClaimOnly {
    fn try_lock(&mut self, name: &LockName, owner: u64) -> Result<Option<Held>> {
        Ok(Some(Held { name: name.clone(), owner }))
    }

    fn unlock(&mut self, _held: Held) -> Result<()> {
        Ok(())
    }
}
