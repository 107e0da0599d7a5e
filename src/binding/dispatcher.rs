//! `WikibaseDispatch\Dispatcher`.

#![allow(non_snake_case, reason = "callers in PHP may name an argument, so arguments have PHP's names")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ext_php_rs::{prelude::*, types::ZendHashTable};

use super::{
    chance::token,
    change_audience::ChangeAudience,
    connection::RepoConnection,
    dispatch_state::DispatchState,
    from_php::change,
    job::Job,
    lag_report::LagReport,
    lock_manager::LockDescription,
    process::Shared,
    relevance::Relevance,
    settings::Settings,
    status::{Status, aside_to_php, failures},
    to_php::{Array, id},
};
use crate::{
    domain::site::SiteId,
    error::Result,
    jobs::{self, Arrival, Open},
    ops,
};

/// The repo's side of change propagation, on one database.
#[php_class]
#[php(name = "WikibaseDispatch\\Dispatcher")]
pub struct Dispatcher(Shared);

impl Dispatcher {
    /// Does something for the clients that are ours, those that are about to leave among them.
    fn with<T>(&self, work: impl FnOnce(Open<'_>) -> Result<T>) -> Result<T> {
        let leaving = self.0.with(|open| ops::rollout::leaving(open.store, open.settings.rollout()))?;
        self.0.serve_leaving(&leaving);
        self.0.with(work)
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
        Ok(Self(Shared::new(repo, locks, settings.shared())))
    }

    pub fn trigger(&self, heldBackUntil: Option<i64>) -> Job {
        let arrival = arrival(heldBackUntil);
        Job::new(&self.0, |home, host| async move { jobs::trigger(arrival, &home, &host).await })
    }

    pub fn client(&self, siteId: String, heldBackUntil: Option<i64>) -> Job {
        let arrival = arrival(heldBackUntil);
        Job::new(&self.0, |home, host| async move { jobs::client(&siteId, arrival, &home, &host).await })
    }

    pub fn prune(&self) -> Job {
        Job::new(&self.0, |home, host| async move { jobs::prune(&home, &host).await })
    }

    pub fn look_out(&self) -> Job {
        Job::new(&self.0, |home, host| async move { jobs::look_out(&home, &host).await })
    }

    pub fn catch_up(&self, siteIds: Vec<String>) -> Job {
        Job::new(&self.0, |home, host| async move { jobs::catch_up(siteIds, &home, &host).await })
    }

    pub fn wikibase(&self) -> Job {
        Job::new(&self.0, |home, host| async move { jobs::wikibase(&home, &host).await })
    }

    pub fn horizon(&self) -> Result<i64> {
        self.with(|open| ops::horizon(open.store, open.settings).map(|horizon| id(horizon.upto)))
    }

    pub fn dispatch_states(&self) -> Result<Vec<DispatchState>> {
        self.with(|open| {
            let (horizon, now) = (ops::horizon(open.store, open.settings)?.upto, open.store.now()?);
            let states = ops::dispatch_states(open.store, open.settings)?;
            let claim_ttl = open.settings.claim_ttl;
            Ok(states.into_iter().map(|state| DispatchState::new(state, horizon, now, claim_ttl)).collect())
        })
    }

    pub fn lag(&self) -> Result<LagReport> {
        self.with(|open| ops::report_lag(open.store, open.settings).map(LagReport::new))
    }

    pub fn status(&self, failures: Option<&ZendHashTable>) -> Result<Status> {
        let failures = failures.map(self::failures).unwrap_or_default();
        self.with(|open| ops::read_status(open.store, open.locks, open.settings, &failures).map(Status::new))
    }

    pub fn seek(&self, siteId: &str, from: i64, to: i64) -> Result<bool> {
        let token = token()?;
        self.with(|open| ops::seek(open.store, open.locks, open.settings, siteId, change(from), change(to), token))
    }

    pub fn disable(&self, siteId: &str) -> Result<&'static str> {
        let Some(site) = SiteId::parse(siteId) else {
            return Ok(ops::Switched::Unknown.code());
        };
        self.with(|open| ops::disable(open.store, &site).map(ops::Switched::code))
    }

    pub fn enable(&self, siteId: &str, after: i64) -> Result<&'static str> {
        let Some(site) = SiteId::parse(siteId) else {
            return Ok(ops::Switched::Unknown.code());
        };
        self.with(|open| ops::enable(open.store, open.settings, &site, change(after)).map(ops::Switched::code))
    }

    pub fn wake(&self, siteId: &str) -> Result<&'static str> {
        self.with(|open| ops::wake(open.store, open.settings, siteId).map(ops::Woken::code))
    }

    pub fn take_up(&self, siteId: &str, changeId: i64) -> Result<&'static str> {
        self.with(|open| ops::take_up(open.store, open.settings, siteId, change(changeId)).map(ops::TakenUp::code))
    }

    pub fn set_aside(&self, siteId: &str) -> PhpResult<Array> {
        let aside = self.with(|open| ops::aside_for(open.store, open.settings, siteId))?;
        aside_to_php(&aside)
    }

    pub fn relevance(&self, siteId: &str, after: i64, upTo: i64) -> Result<Relevance> {
        self.with(|open| {
            ops::count_relevant(open.store, open.settings, siteId, change(after), change(upTo)).map(Relevance::new)
        })
    }

    pub fn held_lock(&self, siteId: &str) -> Result<Option<String>> {
        let held = self.with(|open| ops::held_lock(open.locks, open.settings, siteId))?;
        Ok(held.map(|name| name.to_string()))
    }

    pub fn audience(&self, changeId: i64) -> Result<Option<ChangeAudience>> {
        self.with(|open| {
            ops::audience(open.store, open.settings, change(changeId)).map(|found| found.map(ChangeAudience::new))
        })
    }
}

/// How a job has come that was held back until a time, in Unix seconds.
fn arrival(held_back_until: Option<i64>) -> Arrival {
    let Some(until) = held_back_until else {
        return Arrival::AtOnce;
    };
    let until = Duration::from_secs(u64::try_from(until).unwrap_or_default());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Arrival::HeldBack { early: until.saturating_sub(now) }
}
