//! What jobs find in a simulated process: its connection, its locks, what it has read, its settings, time and chance.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    sync::Arc,
    time::Duration,
};

use wikibase_dispatch::{
    domain::{claim::Token, settings::Settings, site::SiteId},
    error::Result,
    jobs::{Core, Open, PUSH_BYTES},
    ops::Window,
};

use super::{locks::Locks, process::Process, store::Store, world::World};

pub struct Home<'y> {
    me: Process<'y>,
    parts: RefCell<Parts<'y>>,
    /// By which it also serves clients that leave.
    settings: RefCell<Arc<Settings>>,
    push_limit: Cell<usize>,
}

struct Parts<'y> {
    store: Store<'y>,
    locks: Locks<'y>,
    window: Window,
}

impl<'y> Home<'y> {
    pub fn new(me: &Process<'y>, settings: &Arc<Settings>) -> Self {
        let parts = Parts {
            store: Store::new(me.clone(), Arc::clone(settings)),
            locks: Locks(me.clone()),
            window: Window::new(settings),
        };
        Self {
            me: me.clone(),
            parts: RefCell::new(parts),
            settings: RefCell::new(Arc::clone(settings)),
            push_limit: Cell::new(PUSH_BYTES),
        }
    }

    /// A statement of this process's.
    pub fn statement<T>(&self, effect: impl FnOnce(&mut World) -> T) -> Result<T> {
        self.parts.borrow_mut().store.statement(effect)
    }

    /// Whether it is a prune that asks from here on.
    pub fn prunes(&self, prunes: bool) {
        self.parts.borrow_mut().store.prunes = prunes;
    }

    /// Under which claim a client's pass is, that this process has begun, and on which server it was made.
    pub fn claim_of(&self, client: &str) -> Option<(Token, u64)> {
        self.parts.borrow().store.claims.get(client).copied()
    }
}

/// By client, with the server.
pub type Claims = BTreeMap<String, (Token, u64)>;

impl Core for Home<'_> {
    fn with<T>(&self, work: impl FnOnce(Open<'_>) -> Result<T>) -> Result<T> {
        let settings = self.settings();
        let Parts { store, locks, window } = &mut *self.parts.borrow_mut();
        work(Open { store, window, locks, settings: &settings })
    }

    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.borrow())
    }

    fn serve_leaving(&self, leaving: &[SiteId]) {
        let settings = self.settings.borrow().serving(leaving);
        if settings != **self.settings.borrow() {
            let settings = Arc::new(settings);
            let mut parts = self.parts.borrow_mut();
            parts.window = Window::new(&settings);
            parts.store.settings = Arc::clone(&settings);
            *self.settings.borrow_mut() = settings;
        }
    }

    fn clock(&self) -> Duration {
        Duration::from_micros(self.me.world.with(|world| world.now))
    }

    fn token(&self) -> Result<Token> {
        Ok(Token(self.me.world.with(|world| world.chance.u64(..))))
    }

    fn chance(&self) -> Result<fastrand::Rng> {
        Ok(self.me.world.with(|world| world.chance.fork()))
    }

    fn push_limit(&self) -> usize {
        self.push_limit.get()
    }

    fn learn_push_limit(&self, bytes: usize) {
        self.push_limit.set(bytes);
    }

    fn is_at_home(&self) -> bool {
        // One that dies does nothing more.
        !std::thread::panicking()
    }
}
