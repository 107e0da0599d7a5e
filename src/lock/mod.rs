//! Locks beside the claim. The claim alone keeps two of our runners apart (it is a compare-and-set in the repo's database);
//! a lock keeps others apart from us who do not know claims, and spares a runner the reading for a batch that it will not get.
//!
//! All managers behave alike: taking a lock waits for nobody, a lock that its owner cannot give back ends by itself, and losing
//! one in the middle of a pass loses no change, since the claim still decides.

mod claim_only;
mod redis;

pub use claim_only::ClaimOnly;
pub use redis::{RedisLocks, RedisServer, Secret};

use crate::{domain::lock_name::LockName, error::Result};

/// A lock that is held: what gives it back.
#[derive(Debug, PartialEq, Eq)]
pub struct Held {
    /// Which lock.
    pub name: LockName,
    /// Whose, as far as the manager has to know.
    pub owner: u64,
}

/// Gives out locks.
pub trait LockManager {
    /// Takes the lock if it is free; `None` if somebody holds it. `owner` is a number that nobody else uses.
    ///
    /// # Errors
    /// [`LockUnavailable`](crate::error::ErrorKind::LockUnavailable) if it cannot be told, which is worth a retry.
    fn try_lock(&mut self, name: &LockName, owner: u64) -> Result<Option<Held>>;

    /// Gives a lock back. One that has been lost meanwhile is not taken from whoever holds it now.
    ///
    /// # Errors
    /// As [`LockManager::try_lock`]; the lock then ends by itself.
    fn unlock(&mut self, held: Held) -> Result<()>;
}
