//! Named locks of the repo's database: the ones that Wikibase's own dispatcher takes, under the very names it uses.
//!
//! They live on a connection of their own and end with it. If that connection is lost in the middle of a pass, the lock is
//! lost, and the claim decides.

use super::{Held, LockManager};
use crate::{
    domain::lock_name::LockName,
    error::Result,
    store::mysql::{MysqlConnection, MysqlStore},
};

/// Locks of a MariaDB or MySQL server.
pub struct NamedLocks {
    session: MysqlStore,
}

impl NamedLocks {
    /// Locks of the server that this connection leads to.
    pub fn new(connection: MysqlConnection) -> Self {
        Self { session: MysqlStore::new(connection) }
    }
}

impl LockManager for NamedLocks {
    fn try_lock(&mut self, name: &LockName, owner: u64) -> Result<Option<Held>> {
        self.try_lock_all(std::slice::from_ref(name), owner).map(|mut held| held.pop().flatten())
    }

    fn unlock(&mut self, held: Held) -> Result<()> {
        self.unlock_all(vec![held])
    }

    fn held_among(&mut self, names: &[LockName]) -> Result<Vec<bool>> {
        self.session.named_locks_in_use(&texts(names))
    }

    fn try_lock_all(&mut self, names: &[LockName], owner: u64) -> Result<Vec<Option<Held>>> {
        let taken = self.session.take_named_locks(&texts(names))?;
        Ok(names.iter().zip(taken).map(|(name, taken)| taken.then(|| Held { name: name.clone(), owner })).collect())
    }

    fn unlock_all(&mut self, held: Vec<Held>) -> Result<()> {
        let names: Vec<LockName> = held.into_iter().map(|held| held.name).collect();
        self.session.release_named_locks(&texts(&names)).map(drop)
    }
}

fn texts(names: &[LockName]) -> Vec<&str> {
    names.iter().map(LockName::as_str).collect()
}
