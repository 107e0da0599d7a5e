//! `WikibaseDispatch\Dispatcher`.

#![allow(non_snake_case, reason = "callers in PHP may name an argument, so arguments have PHP's names")]

use std::sync::Arc;

use ext_php_rs::{prelude::*, types::ZendHashTable};
use parking_lot::Mutex;

use super::{
    chance::{chance, token},
    change_audience::ChangeAudience,
    connection::RepoConnection,
    dispatch_state::DispatchState,
    lag_report::LagReport,
    lock_manager::LockDescription,
    pass::Pass,
    process::{Connections, InUse},
    prune_outcome::PruneOutcome,
    relevance::Relevance,
    running::Running,
    settings::Settings,
    status::{Status, failures},
    to_php::{Array, id, strings},
    trigger_outcome::TriggerOutcome,
};
use crate::{
    domain::{change::ChangeId, settings::Settings as DomainSettings},
    error::Result,
    ops,
    store::Store,
};

/// The repo's side of change propagation, on one database.
#[php_class]
#[php(name = "WikibaseDispatch\\Dispatcher")]
pub struct Dispatcher {
    settings: Arc<DomainSettings>,
    connections: Arc<Mutex<Connections>>,
}

impl Dispatcher {
    fn with_store<T>(&self, work: impl FnOnce(&mut dyn Store, &DomainSettings) -> Result<T>) -> Result<T> {
        self.with_window(|store, _, settings| work(store, settings))
    }

    fn with_window<T>(
        &self,
        work: impl FnOnce(&mut dyn Store, &mut ops::Window, &DomainSettings) -> Result<T>,
    ) -> Result<T> {
        let mut connections = InUse::of(&self.connections);
        let open = connections.get()?;
        work(open.store, open.window, &self.settings)
    }
}

#[php_impl]
impl Dispatcher {
    pub fn __construct(
        connection: &ZendHashTable,
        settings: &Settings,
        lockManager: Option<&ZendHashTable>,
    ) -> Result<Self> {
        let (repo, locks) = (RepoConnection::parse(connection)?, LockDescription::parse(lockManager)?);
        let settings = settings.shared();
        let connections = Connections::new(repo, locks, Arc::clone(&settings));
        Ok(Self { settings, connections: Arc::new(Mutex::new(connections)) })
    }

    pub fn initialise_clients(&self) -> PhpResult<Array> {
        let new = self.with_store(|store, settings| ops::initialise(store, settings))?;
        Ok(strings(new.iter().map(|site| site.as_str()))?)
    }

    pub fn horizon(&self) -> Result<i64> {
        self.with_store(|store, settings| ops::horizon(store, settings).map(|horizon| id(horizon.upto)))
    }

    pub fn dispatch_states(&self) -> Result<Vec<DispatchState>> {
        self.with_store(|store, settings| {
            let (horizon, now) = (ops::horizon(store, settings)?.upto, store.now()?);
            let states = ops::dispatch_states(store, settings)?;
            Ok(states.into_iter().map(|state| DispatchState::new(state, horizon, now, settings.claim_ttl)).collect())
        })
    }

    pub fn select_lagged(&self) -> PhpResult<Array> {
        let mut chance = chance()?;
        let selected = self.with_store(|store, settings| ops::select_lagged(store, settings, &mut chance))?;
        Ok(strings(selected.iter().map(|site| site.as_str()))?)
    }

    pub fn fast_forward(&self) -> Result<i64> {
        self.with_window(|store, window, settings| {
            let horizon = ops::horizon(store, settings)?;
            let mut states = ops::dispatch_states(store, settings)?;
            let moved = ops::fast_forward(store, window, settings, &mut states, &horizon)?;
            Ok(i64::try_from(moved).unwrap_or(i64::MAX))
        })
    }

    pub fn trigger(&self) -> Result<TriggerOutcome> {
        let mut chance = chance()?;
        let outcome = self.with_window(|store, window, settings| ops::trigger(store, window, settings, &mut chance))?;
        Ok(TriggerOutcome::new(outcome, Arc::clone(&self.settings), Arc::clone(&self.connections)))
    }

    pub fn begin_pass(&self, siteId: &str) -> Result<Option<Pass>> {
        let token = token()?;
        let begun = {
            let mut connections = InUse::of(&self.connections);
            let open = connections.get()?;
            ops::begin_locked(open.store, open.window, open.locks, &self.settings, siteId, token)?
        };
        Ok(begun.map(|pass| {
            let running = Running::new(pass, Arc::clone(&self.settings), Arc::clone(&self.connections));
            Pass::new(Arc::new(Mutex::new(running)))
        }))
    }

    pub fn lag(&self) -> Result<LagReport> {
        self.with_store(|store, settings| ops::report_lag(store, settings).map(LagReport::new))
    }

    pub fn status(&self, failures: Option<&ZendHashTable>) -> Result<Status> {
        let failures = failures.map(self::failures).unwrap_or_default();
        let mut connections = self.connections.lock();
        let open = connections.get()?;
        ops::read_status(open.store, open.locks, &self.settings, &failures).map(Status::new)
    }

    pub fn prune_is_due(&self) -> Result<bool> {
        self.with_store(|store, _| ops::prune_is_due(store))
    }

    pub fn prune(&self, limit: Option<i64>) -> Result<PruneOutcome> {
        let limit = limit.map(change);
        self.with_store(|store, settings| ops::prune(store, settings, limit).map(PruneOutcome::new))
    }

    pub fn seek(&self, siteId: &str, from: i64, to: i64) -> Result<bool> {
        let token = token()?;
        let mut connections = self.connections.lock();
        let open = connections.get()?;
        ops::seek(open.store, open.locks, &self.settings, siteId, change(from), change(to), token)
    }

    pub fn relevance(&self, siteId: &str, after: i64, upTo: i64) -> Result<Relevance> {
        self.with_store(|store, settings| {
            ops::count_relevant(store, settings, siteId, change(after), change(upTo)).map(Relevance::new)
        })
    }

    pub fn held_lock(&self, siteId: &str) -> Result<Option<String>> {
        let mut connections = self.connections.lock();
        let open = connections.get()?;
        let held = ops::held_lock(open.locks, &self.settings, siteId)?;
        Ok(held.map(|name| name.to_string()))
    }

    pub fn audience(&self, changeId: i64) -> Result<Option<ChangeAudience>> {
        self.with_store(|store, settings| {
            ops::audience(store, settings, change(changeId)).map(|found| found.map(ChangeAudience::new))
        })
    }

    pub fn needs_successor(&self, siteId: &str) -> Result<bool> {
        self.with_store(|store, settings| ops::needs_successor(store, settings, siteId))
    }
}

/// Ids are not negative.
fn change(id: i64) -> ChangeId {
    ChangeId(u64::try_from(id).unwrap_or_default())
}
