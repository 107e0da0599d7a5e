//! No lock at all: the claim decides alone. For databases without named locks, and for whoever runs nothing but this.

use super::{Held, LockManager};
use crate::{domain::lock_name::LockName, error::Result};

/// Gives every lock to whoever asks.
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
