//! `WikibaseDispatch\PassGroup`.

#![allow(non_snake_case, reason = "callers in PHP may name an argument, so arguments have PHP's names")]

use std::sync::Arc;

use ext_php_rs::prelude::*;
use parking_lot::Mutex;

use super::{
    pass::Pass,
    running::Running,
    to_php::{Array, strings},
};
use crate::{error::Result, ops};

/// Passes for several clients that are recorded together.
#[php_class]
#[php(name = "WikibaseDispatch\\PassGroup")]
pub struct PassGroup {
    passes: Vec<Arc<Mutex<Running>>>,
    plan: Arc<Mutex<ops::Plan>>,
}

impl PassGroup {
    pub(super) fn new(passes: Vec<Running>, plan: Arc<Mutex<ops::Plan>>) -> Self {
        Self { passes: passes.into_iter().map(|pass| Arc::new(Mutex::new(pass))).collect(), plan }
    }
}

#[php_impl]
impl PassGroup {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a PassGroup".into())
    }

    pub fn passes(&self) -> Vec<Pass> {
        self.passes.iter().map(|pass| Pass::new(Arc::clone(pass))).collect()
    }

    pub fn finish(&mut self, pushed: Vec<String>) -> PhpResult<Array> {
        let lost = self.record(&pushed)?;
        Ok(strings(&lost)?)
    }
}

impl PassGroup {
    /// Records those that were pushed, and releases the others.
    fn record(&mut self, pushed: &[String]) -> Result<Vec<String>> {
        let mut open: Vec<_> =
            self.passes.iter().map(|running| running.lock()).filter(|running| running.is_open()).collect();
        let (mut pushed, mut others): (Vec<_>, Vec<_>) =
            open.iter_mut().partition(|running| pushed.iter().any(|site| site == running.pass().client.site.as_str()));
        let lost = Running::finish_all(&mut pushed, &mut self.plan.lock())?;
        // Released in the end: what was pushed must be recorded, whatever becomes of the rest.
        others.iter_mut().try_for_each(|running| running.release())?;
        Ok(lost)
    }
}
