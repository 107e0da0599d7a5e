//! Operations as a process does them that has read nothing yet.

use wikibase_dispatch::{
    domain::{claim::Token, settings::Settings},
    error::Result,
    lock::LockManager,
    ops::{self, LockedPass, Pass, TriggerOutcome, Window},
    store::Store,
};

pub fn trigger(store: &mut impl Store, settings: &Settings, chance: &mut fastrand::Rng) -> Result<TriggerOutcome> {
    ops::trigger(store, &mut Window::new(settings), settings, chance)
}

pub fn begin(store: &mut impl Store, settings: &Settings, site: &str, token: Token) -> Result<Option<Pass>> {
    ops::begin(store, &mut Window::new(settings), settings, site, token)
}

pub fn begin_locked(
    store: &mut impl Store,
    locks: &mut dyn LockManager,
    settings: &Settings,
    site: &str,
    token: Token,
) -> Result<Option<LockedPass>> {
    ops::begin_locked(store, &mut Window::new(settings), locks, settings, site, token)
}
