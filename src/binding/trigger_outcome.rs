//! `WikibaseDispatch\TriggerOutcome`.

use std::sync::Arc;

use ext_php_rs::{convert::IntoZval, prelude::*, types::ZendHashTable};
use parking_lot::Mutex;

use super::{
    chance::token,
    pass_group::PassGroup,
    process::{Connections, InUse},
    running::Running,
    to_php::{Array, bad_changes, id, integer, list, strings},
};
use crate::{domain::settings::Settings, error::Result, ops};

/// What a trigger found and what has to be scheduled.
#[php_class]
#[php(name = "WikibaseDispatch\\TriggerOutcome")]
pub struct TriggerOutcome {
    outcome: ops::TriggerOutcome,
    plan: Arc<Mutex<ops::Plan>>,
    settings: Arc<Settings>,
    connections: Arc<Mutex<Connections>>,
}

impl TriggerOutcome {
    pub(super) fn new(
        mut outcome: ops::TriggerOutcome,
        settings: Arc<Settings>,
        connections: Arc<Mutex<Connections>>,
    ) -> Self {
        let plan = Arc::new(Mutex::new(std::mem::take(&mut outcome.plan)));
        Self { outcome, plan, settings, connections }
    }
}

#[php_impl]
impl TriggerOutcome {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a TriggerOutcome".into())
    }

    pub fn horizon(&self) -> i64 {
        id(self.outcome.horizon)
    }

    pub fn initialised(&self) -> PhpResult<Array> {
        Ok(strings(self.outcome.initialised.iter().map(|site| site.as_str()))?)
    }

    pub fn fast_forwarded(&self) -> i64 {
        i64::try_from(self.outcome.fast_forwarded).unwrap_or(i64::MAX)
    }

    pub fn clients(&self) -> PhpResult<Array> {
        Ok(strings(self.outcome.due.iter().map(|site| site.as_str()))?)
    }

    pub fn successor_delay(&self) -> Option<i64> {
        self.outcome.look_again.map(|wait| integer(wait.as_secs()))
    }

    pub fn begin_passes(&self) -> Result<Option<PassGroup>> {
        let token = token()?;
        let begun = {
            let (mut plan, mut connections) = (self.plan.lock(), InUse::of(&self.connections));
            let open = connections.get()?;
            ops::begin_group(open.store, open.window, open.locks, &self.settings, &mut plan, token)?
        };
        if begun.is_empty() {
            return Ok(None);
        }
        let running =
            begun.into_iter().map(|pass| Running::new(pass, Arc::clone(&self.settings), Arc::clone(&self.connections)));
        Ok(Some(PassGroup::new(running.collect(), Arc::clone(&self.plan))))
    }

    pub fn waiting_clients(&self) -> i64 {
        i64::try_from(self.plan.lock().waiting().count()).unwrap_or(i64::MAX)
    }

    pub fn bad_changes(&self) -> PhpResult<Array> {
        Ok(bad_changes(&self.outcome.bad)?)
    }

    pub fn waits_for_claim(&self) -> bool {
        self.outcome.waits_for_claim
    }

    pub fn met_others(&self) -> bool {
        self.plan.lock().met_others()
    }

    pub fn waits_for_gap(&self) -> bool {
        self.outcome.waits_for_gap
    }

    pub fn prune_is_due(&self) -> bool {
        self.outcome.prune_is_due
    }

    pub fn repairs(&self) -> PhpResult<Array> {
        Ok(list(&self.outcome.repairs, |repair| {
            let mut entry = ZendHashTable::with_capacity(3);
            entry.insert("siteId", repair.client.as_str())?;
            entry.insert("seen", id(repair.seen))?;
            entry.insert("highest", id(repair.highest))?;
            entry.into_zval(false)
        })?)
    }
}
