//! `WikibaseDispatch\ChangeAudience` and `WikibaseDispatch\Listener`.

use ext_php_rs::prelude::*;

use super::{
    receipts::pass_to_php,
    to_php::{Array, id, integer, strings},
};
use crate::{
    domain::time::Timestamp,
    ops::{self, Outcome},
};

/// A change, and who must hear of it.
#[php_class]
#[php(name = "WikibaseDispatch\\ChangeAudience")]
pub struct ChangeAudience(ops::ChangeAudience);

impl ChangeAudience {
    pub(super) fn new(found: ops::ChangeAudience) -> Self {
        Self(found)
    }
}

#[php_impl]
impl ChangeAudience {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a ChangeAudience".into())
    }

    pub fn change_id(&self) -> i64 {
        id(self.0.change.id)
    }

    pub fn change_type(&self) -> &str {
        &self.0.change.kind
    }

    pub fn time(&self) -> &str {
        &self.0.change.time
    }

    pub fn entity_id(&self) -> &str {
        &self.0.change.entity
    }

    pub fn revision_id(&self) -> i64 {
        integer(self.0.change.revision)
    }

    pub fn why_bad(&self) -> Option<&str> {
        self.0.bad.as_deref()
    }

    pub fn found_late(&self) -> Option<i64> {
        self.0.found_late.map(Timestamp::unix)
    }

    pub fn listeners(&self) -> Vec<Listener> {
        self.0.listeners.iter().cloned().map(Listener).collect()
    }

    pub fn strangers(&self) -> PhpResult<Array> {
        Ok(strings(&self.0.strangers)?)
    }
}

/// A client that must hear of a change.
#[php_class]
#[php(name = "WikibaseDispatch\\Listener")]
pub struct Listener(ops::Listener);

#[php_impl]
impl Listener {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a Listener".into())
    }

    pub fn site_id(&self) -> &str {
        self.0.site.as_str()
    }

    pub fn is_subscribed(&self) -> bool {
        self.0.is_subscribed
    }

    pub fn is_linked(&self) -> bool {
        self.0.is_linked
    }

    pub fn seen(&self) -> Option<i64> {
        self.0.state.as_ref().map(|state| id(state.seen))
    }

    pub fn is_handled(&self) -> Option<bool> {
        self.0.outcome.as_ref().map(|outcome| *outcome == Outcome::Handled)
    }

    pub fn reported(&self) -> Option<i64> {
        self.0.state.as_ref()?.reported.as_ref().map(|reported| reported.at.unix())
    }

    pub fn unhandled(&self) -> PhpResult<Option<Array>> {
        let Some(Outcome::Unhandled(pass)) = &self.0.outcome else {
            return Ok(None);
        };
        Ok(Some(pass_to_php(pass)?))
    }

    pub fn is_disabled(&self) -> bool {
        self.0.state.as_ref().is_some_and(|state| state.disabled)
    }
}
