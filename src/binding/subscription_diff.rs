//! `WikibaseDispatch\SubscriptionDiff`.

use std::collections::BTreeSet;

use ext_php_rs::{prelude::*, types::ZendHashTable};

use super::{
    from_php::bytes_of,
    to_php::{Array, strings},
};
use crate::domain::subscription_diff::SubscriptionDiff as DomainDiff;

/// How the subscriptions of a wiki have to change.
#[php_class]
#[php(name = "WikibaseDispatch\\SubscriptionDiff")]
pub struct SubscriptionDiff(DomainDiff);

#[php_impl]
impl SubscriptionDiff {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("use SubscriptionDiff::of()".into())
    }

    pub fn of(entities: &ZendHashTable, needed: &ZendHashTable, subscribed: &ZendHashTable) -> Self {
        Self(DomainDiff::of(&ids(entities), &ids(needed), &ids(subscribed)))
    }

    pub fn missing(&self) -> PhpResult<Array> {
        Ok(strings(&self.0.missing)?)
    }

    pub fn needless(&self) -> PhpResult<Array> {
        Ok(strings(&self.0.needless)?)
    }
}

fn ids(texts: &ZendHashTable) -> BTreeSet<String> {
    texts.values().filter_map(|text| String::from_utf8(bytes_of(text)).ok()).filter(|id| !id.is_empty()).collect()
}
