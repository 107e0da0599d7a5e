//! `WikibaseDispatch\Relevance`.

use ext_php_rs::prelude::*;

use super::to_php::integer;
use crate::ops;

/// What a part of the buffer holds for one client.
#[php_class]
#[php(name = "WikibaseDispatch\\Relevance")]
pub struct Relevance(ops::Relevance);

impl Relevance {
    pub(super) fn new(found: ops::Relevance) -> Self {
        Self(found)
    }
}

#[php_impl]
impl Relevance {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a Relevance".into())
    }

    pub fn changes(&self) -> i64 {
        integer(self.0.changes)
    }

    pub fn relevant(&self) -> i64 {
        integer(self.0.relevant)
    }
}
