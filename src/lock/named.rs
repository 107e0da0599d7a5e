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
        let taken = self.session.take_named_lock(name.as_str())?;
        Ok(taken.then(|| Held { name: name.clone(), owner }))
    }

    fn unlock(&mut self, held: Held) -> Result<()> {
        self.session.release_named_lock(held.name.as_str()).map(drop)
    }
}
