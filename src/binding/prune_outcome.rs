//! `WikibaseDispatch\PruneOutcome`.

use ext_php_rs::{convert::IntoZval, prelude::*, types::ZendHashTable};

use super::to_php::{Array, id, list, strings};
use crate::ops;

/// What one batch of pruning did.
#[php_class]
#[php(name = "WikibaseDispatch\\PruneOutcome")]
pub struct PruneOutcome(ops::PruneOutcome);

impl PruneOutcome {
    pub(super) fn new(outcome: ops::PruneOutcome) -> Self {
        Self(outcome)
    }
}

#[php_impl]
impl PruneOutcome {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a PruneOutcome".into())
    }

    pub fn deleted(&self) -> i64 {
        i64::try_from(self.0.deleted).unwrap_or(i64::MAX)
    }

    pub fn is_more_left(&self) -> bool {
        self.0.is_more_left
    }

    pub fn cutoff(&self) -> i64 {
        id(self.0.cutoff)
    }

    pub fn uninitialised(&self) -> PhpResult<Array> {
        Ok(strings(self.0.uninitialised.iter().map(|site| site.as_str()))?)
    }

    pub fn unconfigured(&self) -> PhpResult<Array> {
        Ok(list(&self.0.unconfigured, |client| {
            let mut entry = ZendHashTable::with_capacity(3);
            entry.insert("siteId", client.site.as_str())?;
            entry.insert("seen", id(client.seen))?;
            entry.insert("holdsBack", client.holds_back)?;
            entry.into_zval(false)
        })?)
    }
}
