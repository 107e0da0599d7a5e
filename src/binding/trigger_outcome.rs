//! `WikibaseDispatch\TriggerOutcome`.

use ext_php_rs::{convert::IntoZval, prelude::*, types::ZendHashTable};

use super::to_php::{Array, id, integer, list, strings};
use crate::ops;

/// What a trigger found and what has to be scheduled.
#[php_class]
#[php(name = "WikibaseDispatch\\TriggerOutcome")]
pub struct TriggerOutcome(ops::TriggerOutcome);

impl TriggerOutcome {
    pub(super) fn new(outcome: ops::TriggerOutcome) -> Self {
        Self(outcome)
    }
}

#[php_impl]
impl TriggerOutcome {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a TriggerOutcome".into())
    }

    pub fn horizon(&self) -> i64 {
        id(self.0.horizon)
    }

    pub fn initialised(&self) -> PhpResult<Array> {
        Ok(strings(self.0.initialised.iter().map(|site| site.as_str()))?)
    }

    pub fn fast_forwarded(&self) -> i64 {
        i64::try_from(self.0.fast_forwarded).unwrap_or(i64::MAX)
    }

    pub fn clients(&self) -> PhpResult<Array> {
        Ok(strings(self.0.due.iter().map(|site| site.as_str()))?)
    }

    pub fn successor_delay(&self) -> Option<i64> {
        self.0.look_again.map(|wait| integer(wait.as_secs()))
    }

    pub fn waits_for_gap(&self) -> bool {
        self.0.waits_for_gap
    }

    pub fn repairs(&self) -> PhpResult<Array> {
        Ok(list(&self.0.repairs, |repair| {
            let mut entry = ZendHashTable::with_capacity(3);
            entry.insert("siteId", repair.client.as_str())?;
            entry.insert("seen", id(repair.seen))?;
            entry.insert("highest", id(repair.highest))?;
            entry.into_zval(false)
        })?)
    }
}
