//! What a job finds in its own process.

use std::{sync::Arc, time::Duration};

use crate::{
    domain::{claim::Token, settings::Settings, site::SiteId},
    error::Result,
    lock::LockManager,
    ops::Window,
    store::Store,
};

/// What an operation works with.
pub struct Open<'o> {
    /// The repo's database.
    pub store: &'o mut dyn Store,
    /// What was read of the change buffer.
    pub window: &'o mut Window,
    /// The locks beside the claim.
    pub locks: &'o mut dyn LockManager,
    /// The settings, of the clients that are ours now.
    pub settings: &'o Settings,
}

/// Before anything was learnt. A queue in a database inserts many jobs by one statement, and databases bound the length of a statement
/// (by 16 MiB, usually, of which quoting can take half).
pub const PUSH_BYTES: usize = 4 << 20;

/// The repo's database and locks, the settings, time and chance, as one process has them. None of it is held between two steps of a
/// job.
pub trait Core {
    /// Does something with them.
    ///
    /// # Errors
    /// What `work` says, or that they cannot be had.
    fn with<T>(&self, work: impl FnOnce(Open<'_>) -> Result<T>) -> Result<T>;

    /// The settings.
    fn settings(&self) -> Arc<Settings>;

    /// From here on these clients are served, too, though they are not ours by the configuration.
    fn serve_leaving(&self, leaving: &[SiteId]);

    /// Time that never goes back; from when on does not matter.
    fn clock(&self) -> Duration;

    /// A number that nobody else has.
    ///
    /// # Errors
    /// If there is no chance to be had.
    fn token(&self) -> Result<Token>;

    /// Chance for decisions.
    ///
    /// # Errors
    /// If there is none to be had.
    fn chance(&self) -> Result<fastrand::Rng>;

    /// Bytes of `change_info` that one push may carry, as far as this process knows.
    fn push_limit(&self) -> usize;

    /// More than this is too much for some queue.
    fn learn_push_limit(&self, bytes: usize);

    /// Whether this process is the one that began what is going on, and not a forked child, or one that is ending where it is.
    fn is_at_home(&self) -> bool;
}
