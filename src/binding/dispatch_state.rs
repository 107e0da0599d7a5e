//! `WikibaseDispatch\DispatchState`.

use std::time::Duration;

use ext_php_rs::prelude::*;

use super::to_php::{id, integer};
use crate::domain::{change::ChangeId, claim::Lock, state::DispatchState as DomainState, time::Timestamp};

/// Where one client stands.
#[php_class]
#[php(name = "WikibaseDispatch\\DispatchState")]
pub struct DispatchState {
    state: DomainState,
    horizon: ChangeId,
    read_at: Timestamp,
    claim_ttl: Duration,
}

impl DispatchState {
    pub(super) fn new(state: DomainState, horizon: ChangeId, read_at: Timestamp, claim_ttl: Duration) -> Self {
        Self { state, horizon, read_at, claim_ttl }
    }

    fn blocks(&self) -> bool {
        self.state.lock().blocked_until(self.read_at, self.claim_ttl).is_some()
    }
}

#[php_impl]
impl DispatchState {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a DispatchState".into())
    }

    pub fn site_id(&self) -> &str {
        self.state.client.site.as_str()
    }

    pub fn domain(&self) -> &str {
        self.state.client.domain.as_str()
    }

    pub fn seen(&self) -> i64 {
        id(self.state.seen)
    }

    pub fn pending(&self) -> i64 {
        integer(self.state.pending(self.horizon))
    }

    pub fn touched(&self) -> Option<String> {
        self.state.touched.map(Timestamp::to_mw)
    }

    pub fn is_claimed(&self) -> bool {
        matches!(self.state.lock(), Lock::Claimed(_)) && self.blocks()
    }

    pub fn is_resting(&self) -> bool {
        matches!(self.state.lock(), Lock::Resting(_)) && self.blocks()
    }

    pub fn failures(&self) -> i64 {
        i64::from(self.state.lock().failures())
    }

    pub fn is_disabled(&self) -> bool {
        self.state.disabled
    }

    pub fn loads_extension(&self) -> bool {
        self.state.mark.as_ref().is_some_and(|mark| !mark.is_old(self.read_at))
    }
}
