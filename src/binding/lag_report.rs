//! `WikibaseDispatch\LagReport` and `WikibaseDispatch\ClientLag`.

use ext_php_rs::prelude::*;

use super::to_php::{id, integer};
use crate::domain::lag;

/// How far the clients are behind.
#[php_class]
#[php(name = "WikibaseDispatch\\LagReport")]
pub struct LagReport(lag::LagReport);

impl LagReport {
    pub(super) fn new(report: lag::LagReport) -> Self {
        Self(report)
    }
}

#[php_impl]
impl LagReport {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a LagReport".into())
    }

    pub fn horizon(&self) -> i64 {
        id(self.0.horizon)
    }

    pub fn clients(&self) -> Vec<ClientLag> {
        self.0.clients.iter().cloned().map(ClientLag).collect()
    }

    pub fn median(&self) -> Option<ClientLag> {
        self.0.median().cloned().map(ClientLag)
    }

    pub fn stalest(&self) -> Option<ClientLag> {
        self.0.stalest().cloned().map(ClientLag)
    }

    pub fn freshest(&self) -> Option<ClientLag> {
        self.0.freshest().cloned().map(ClientLag)
    }

    pub fn average_pending(&self) -> f64 {
        self.0.average_pending()
    }

    pub fn average_seconds(&self) -> f64 {
        self.0.average_seconds()
    }

    pub fn claimed(&self) -> i64 {
        count(self.0.claimed)
    }

    pub fn resting(&self) -> i64 {
        count(self.0.resting)
    }

    pub fn disabled(&self) -> i64 {
        count(self.0.disabled)
    }

    pub fn uninitialised(&self) -> i64 {
        count(self.0.uninitialised)
    }
}

/// How far one client is behind.
#[php_class]
#[php(name = "WikibaseDispatch\\ClientLag")]
pub struct ClientLag(lag::ClientLag);

#[php_impl]
impl ClientLag {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a ClientLag".into())
    }

    pub fn site_id(&self) -> &str {
        self.0.client.as_str()
    }

    pub fn seen(&self) -> i64 {
        id(self.0.seen)
    }

    pub fn pending(&self) -> i64 {
        integer(self.0.pending)
    }

    pub fn seconds(&self) -> i64 {
        integer(self.0.age.as_secs())
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
