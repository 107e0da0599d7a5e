//! `WikibaseDispatch\UsageDiff`.

use ext_php_rs::{convert::IntoZval, prelude::*, types::ZendHashTable};

use super::{
    from_php::bytes_of,
    to_php::{Array, list, strings},
};
use crate::domain::subscription_diff::{Usage, UsageDiff as DomainDiff};

/// What has changed of the usages of a page.
#[php_class]
#[php(name = "WikibaseDispatch\\UsageDiff")]
pub struct UsageDiff(DomainDiff);

#[php_impl]
impl UsageDiff {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("use UsageDiff::between()".into())
    }

    pub fn between(before: &ZendHashTable, after: &ZendHashTable) -> Self {
        Self(DomainDiff::between(usages(before), usages(after)))
    }

    pub fn is_empty(&self) -> bool {
        self.0.added.is_empty() && self.0.removed.is_empty()
    }

    pub fn added(&self) -> PhpResult<Array> {
        pairs(&self.0.added)
    }

    pub fn removed(&self) -> PhpResult<Array> {
        pairs(&self.0.removed)
    }

    pub fn begun(&self) -> PhpResult<Array> {
        Ok(strings(&self.0.begun)?)
    }

    pub fn ceased(&self) -> PhpResult<Array> {
        Ok(strings(&self.0.ceased)?)
    }
}

/// Leaves out what cannot be a usage: any extension that parses pages can pass it.
fn usages(texts: &ZendHashTable) -> impl Iterator<Item = Usage> {
    texts.values().filter_map(|text| Usage::parse(std::str::from_utf8(&bytes_of(text)).ok()?))
}

fn pairs(usages: &[Usage]) -> PhpResult<Array> {
    Ok(list(usages, |usage| strings([&usage.entity, &usage.aspect])?.into_zval(false))?)
}
