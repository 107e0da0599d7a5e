//! Locks beside the claims, of a server that all share, and that fails.

use std::collections::BTreeMap;

use wikibase_dispatch::{
    domain::lock_name::LockName,
    error::{Error, ErrorKind, Result},
    lock::{Held, LockManager},
};

use super::{
    process::Process,
    scenario::LockKind,
    world::{SECOND, World},
};

#[derive(Default)]
pub struct LockServer {
    held: BTreeMap<String, Holder>,
    down_until: u64,
}

impl LockServer {
    pub fn forget(&mut self) {
        self.held.clear();
    }
}

struct Holder {
    process: usize,
    owner: u64,
    /// When it ends by itself.
    until: u64,
}

impl World {
    /// A process is gone, or its connection is.
    pub fn drop_locks(&mut self, process: usize) {
        if self.scenario.locks == LockKind::Named {
            self.locks.held.retain(|_, holder| holder.process != process);
        }
    }

    /// A process has ended, and with it all its connections.
    pub fn forget_process(&mut self, process: usize) {
        self.drop_locks(process);
    }

    /// It starts again, and has forgotten everything.
    pub fn restart_lock_server(&mut self) {
        self.note(|| "the lock server is gone for a while".to_owned());
        self.locks.held.clear();
        self.locks.down_until = self.now + self.chance.u64(..30 * SECOND);
    }

    pub fn end_outage(&mut self) {
        self.locks.down_until = 0;
    }

    pub fn is_locked(&self, client: &str) -> bool {
        let name = format!("Wikibase.repowiki.dispatchChanges.{client}");
        self.locks.held.get(&name).is_some_and(|holder| holder.until > self.now)
    }
}

/// The locks as one process reaches them.
pub struct Locks<'y>(pub Process<'y>);

impl Locks<'_> {
    fn call<T>(&self, work: impl FnOnce(&mut World) -> T) -> Result<T> {
        self.0.nap(self.0.world.with(World::latency));
        self.0.world.with(|world| {
            if world.misfortune(world.scenario.lock_server_fails * 20) {
                world.restart_lock_server();
            }
            if world.now < world.locks.down_until || world.misfortune(world.scenario.lock_server_fails) {
                world.drop_locks(self.0.id);
                return Err(Error::new(ErrorKind::LockUnavailable, "the lock server does not answer"));
            }
            Ok(work(world))
        })
    }

    fn are_none(&self) -> bool {
        self.0.world.with(|world| world.scenario.locks == LockKind::None)
    }
}

impl LockManager for Locks<'_> {
    fn try_lock(&mut self, name: &LockName, owner: u64) -> Result<Option<Held>> {
        let process = self.0.id;
        if self.are_none() {
            return Ok(Some(Held { name: name.clone(), owner }));
        }
        self.call(|world| {
            let is_free = world.locks.held.get(name.as_str()).is_none_or(|holder| holder.until <= world.now);
            is_free.then(|| {
                let until = match world.scenario.locks {
                    LockKind::Redis => world.now + (world.settings.claim_ttl.as_secs() + 1) * SECOND,
                    LockKind::None | LockKind::Named => u64::MAX,
                };
                world.locks.held.insert(name.to_string(), Holder { process, owner, until });
                Held { name: name.clone(), owner }
            })
        })
    }

    fn unlock(&mut self, held: Held) -> Result<()> {
        let process = self.0.id;
        if self.are_none() {
            return Ok(());
        }
        self.call(|world| {
            let name = held.name.as_str();
            let is_mine = |holder: &Holder| holder.owner == held.owner && holder.process == process;
            if world.locks.held.get(name).is_some_and(is_mine) {
                world.locks.held.remove(name);
            }
        })
    }

    fn held_among(&mut self, names: &[LockName]) -> Result<Vec<bool>> {
        self.call(|world| {
            let is_held =
                |name: &LockName| world.locks.held.get(name.as_str()).is_some_and(|held| held.until > world.now);
            names.iter().map(is_held).collect()
        })
    }
}
