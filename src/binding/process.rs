//! What belongs to one process: its connections, to the repo's database and to the locks. A fork inherits memory and
//! descriptors, and must use neither, nor close them: it leaves them alone and opens its own.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Mutex, MutexGuard};

use super::{
    chance,
    connection::RepoConnection,
    lock_manager::LockDescription,
    provoked_panic::{self, Place},
};
use crate::{
    domain::{claim::Token, settings::Settings, site::SiteId},
    error::Result,
    jobs::{Core, Open, PUSH_BYTES},
    lock::LockManager,
    ops::Window,
    store::Store,
};

/// Connections that open when first used, and again in a forked child.
struct Connections {
    repo: RepoConnection,
    locks: LockDescription,
    settings: Arc<Settings>,
    open: Option<Opened>,
    /// Something panicked while it used them: nobody knows what they would answer next.
    are_in_doubt: bool,
}

struct Opened {
    owner: u32,
    store: Box<dyn Store + Send>,
    locks: Box<dyn LockManager + Send>,
    /// What was read through the store.
    window: Window,
}

impl Connections {
    fn new(repo: RepoConnection, locks: LockDescription, settings: Arc<Settings>) -> Self {
        Self { repo, locks, settings, open: None, are_in_doubt: false }
    }

    fn get(&mut self) -> Result<&mut Opened> {
        self.forget_if_inherited();
        if self.are_in_doubt {
            self.open = None;
            self.are_in_doubt = false;
        }
        let open = match self.open.take() {
            Some(open) => open,
            None => Opened {
                owner: process::id(),
                store: self.repo.open()?,
                locks: self.locks.open(&self.repo, &self.settings),
                window: Window::new(&self.settings),
            },
        };
        let open = self.open.insert(open);
        provoked_panic::at(&Place::Call);
        Ok(open)
    }

    fn serve_leaving(&mut self, leaving: &[SiteId]) {
        let settings = self.settings.serving(leaving);
        if settings == *self.settings {
            return;
        }
        self.settings = Arc::new(settings);
        if let Some(open) = &mut self.open {
            open.window = Window::new(&self.settings);
        }
    }

    fn forget_if_inherited(&mut self) {
        if matches!(&self.open, Some(open) if open.owner != process::id()) {
            std::mem::forget(self.open.take());
        }
    }
}

/// The connections of one dispatcher and of its jobs, one call at a time.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Connections>>);

impl Shared {
    pub fn new(repo: RepoConnection, locks: LockDescription, settings: Arc<Settings>) -> Self {
        Self(Arc::new(Mutex::new(Connections::new(repo, locks, settings))))
    }

    /// Does something with this process's connections. After a panic nobody uses them again: the next call opens others.
    pub fn with<T>(&self, work: impl FnOnce(Open<'_>) -> Result<T>) -> Result<T> {
        let mut connections = InUse(self.0.lock());
        let settings = Arc::clone(&connections.0.settings);
        let open = connections.0.get()?;
        work(Open {
            store: open.store.as_mut(),
            window: &mut open.window,
            locks: open.locks.as_mut(),
            settings: &settings,
        })
    }

    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&InUse(self.0.lock()).0.settings)
    }

    /// Has the clients served that leave, too.
    pub fn serve_leaving(&self, leaving: &[SiteId]) {
        InUse(self.0.lock()).0.serve_leaving(leaving);
    }
}

/// What this process has learnt of queues.
static PUSH_LIMIT: AtomicUsize = AtomicUsize::new(PUSH_BYTES);

/// What a job finds in the process that began it.
#[derive(Clone)]
pub(super) struct Home {
    shared: Shared,
    owner: u32,
    began: Instant,
}

impl Home {
    pub fn new(shared: Shared) -> Self {
        Self { shared, owner: process::id(), began: Instant::now() }
    }
}

impl Core for Home {
    fn with<T>(&self, work: impl FnOnce(Open<'_>) -> Result<T>) -> Result<T> {
        self.shared.with(work)
    }

    fn settings(&self) -> Arc<Settings> {
        self.shared.settings()
    }

    fn serve_leaving(&self, leaving: &[SiteId]) {
        self.shared.serve_leaving(leaving);
    }

    fn clock(&self) -> Duration {
        self.began.elapsed()
    }

    fn token(&self) -> Result<Token> {
        chance::token()
    }

    fn chance(&self) -> Result<fastrand::Rng> {
        chance::chance()
    }

    fn push_limit(&self) -> usize {
        PUSH_LIMIT.load(Ordering::Relaxed)
    }

    fn learn_push_limit(&self, bytes: usize) {
        PUSH_LIMIT.fetch_min(bytes, Ordering::Relaxed);
    }

    fn is_at_home(&self) -> bool {
        self.owner == process::id()
    }
}

/// The connections, as long as one call has them to itself.
struct InUse<'c>(MutexGuard<'c, Connections>);

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        // Closing them has to wait: a second panic would end the process.
        self.0.are_in_doubt |= thread::panicking();
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.forget_if_inherited();
    }
}
