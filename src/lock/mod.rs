//! Locks beside the claim. The claim alone keeps two of our runners apart (it is a compare-and-set in the repo's database);
//! a lock keeps others apart from us who do not know claims, and spares a runner the reading for a batch that it will not get.
//!
//! All managers behave alike: taking a lock waits for nobody, a lock that its owner cannot give back ends by itself, and losing
//! one in the middle of a pass loses no change, since the claim still decides.

mod claim_only;
mod named;
mod redis;

pub use claim_only::ClaimOnly;
pub use named::NamedLocks;
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
    /// [`LockUnavailable`](crate::error::ErrorKind::LockUnavailable) if a lock server cannot tell, which is worth a retry; what the
    /// database says where it is the lock server.
    fn try_lock(&mut self, name: &LockName, owner: u64) -> Result<Option<Held>>;

    /// Releases a lock. One that was lost meanwhile is not taken from its present holder.
    ///
    /// # Errors
    /// As [`LockManager::try_lock`]; the lock then ends by itself.
    fn unlock(&mut self, held: Held) -> Result<()>;

    /// Of each of the locks whether anybody holds it, by one question; for telling people. Takes none. A manager that does not
    /// know says that nobody does.
    ///
    /// # Errors
    /// As [`LockManager::try_lock`].
    fn held_among(&mut self, names: &[LockName]) -> Result<Vec<bool>> {
        Ok(vec![false; names.len()])
    }

    /// Takes of several locks those that are free.
    ///
    /// # Errors
    /// As [`LockManager::try_lock`]; then none is held.
    fn try_lock_all(&mut self, names: &[LockName], owner: u64) -> Result<Vec<Option<Held>>> {
        let mut taken = Vec::with_capacity(names.len());
        for name in names {
            match self.try_lock(name, owner) {
                Ok(held) => taken.push(held),
                Err(error) => {
                    // What cannot be given back ends by itself.
                    let _ = self.unlock_all(taken.into_iter().flatten().collect());
                    return Err(error);
                }
            }
        }
        Ok(taken)
    }

    /// Gives several locks back: all that can be.
    ///
    /// # Errors
    /// As [`LockManager::unlock`], of the last that could not.
    fn unlock_all(&mut self, held: Vec<Held>) -> Result<()> {
        held.into_iter().map(|held| self.unlock(held)).fold(Ok(()), Result::and)
    }
}
