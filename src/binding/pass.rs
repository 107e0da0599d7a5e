//! `WikibaseDispatch\Pass`.

use std::{process, sync::Arc};

use ext_php_rs::{
    convert::IntoZval,
    error::Result as PhpApiResult,
    prelude::*,
    types::{ZendHashTable, Zval},
};
use parking_lot::Mutex;

use super::{
    process::ProcessStore,
    to_php::{Array, bad_changes, id, integer, list},
};
use crate::{
    domain::{
        change::Change,
        notification,
        settings::{NotificationFormat, Settings},
        state::Due,
    },
    error::{Error, ErrorKind, Result},
    ops,
};

/// One pass for one client: a claimed batch, waiting to be pushed.
#[php_class]
#[php(name = "WikibaseDispatch\\Pass")]
pub struct Pass {
    pass: ops::Pass,
    settings: Arc<Settings>,
    store: Arc<Mutex<ProcessStore>>,
    /// The process that began it; a forked child inherits the object, but not the claim.
    owner: u32,
    is_over: bool,
}

impl Pass {
    pub(super) fn new(pass: ops::Pass, settings: Arc<Settings>, store: Arc<Mutex<ProcessStore>>) -> Self {
        Self { pass, settings, store, owner: process::id(), is_over: false }
    }

    fn notification(&self, changes: &[Change]) -> PhpApiResult<Zval> {
        let mut parameters = ZendHashTable::new();
        let kind = match self.settings.notification_format {
            NotificationFormat::Native => {
                parameters.insert("repo", self.settings.repo.as_str())?;
                parameters.insert("changes", notification::encode(&self.settings.repo, changes))?;
                "DispatchNotification"
            }
            NotificationFormat::EntityChange => {
                parameters.insert("changes", list(changes, entity_change)?)?;
                "EntityChangeNotification"
            }
        };
        let mut job = ZendHashTable::with_capacity(2);
        job.insert("type", kind)?;
        job.insert("params", parameters)?;
        job.into_zval(false)
    }
}

/// A change as Wikibase's own job carries it: all columns, `user_id` and `revision_id` as strings.
fn entity_change(change: &Change) -> PhpApiResult<Zval> {
    let mut fields = ZendHashTable::with_capacity(8);
    fields.insert("id", id(change.id))?;
    fields.insert("time", change.time.as_str())?;
    // As text even where it is none: one odd byte would keep a queue that carries JSON from taking the job.
    fields.insert("info", String::from_utf8_lossy(&change.info).as_ref())?;
    fields.insert("user_id", change.user.to_string())?;
    fields.insert("revision_id", change.revision.to_string())?;
    fields.insert("object_id", change.entity.as_str())?;
    fields.insert("type", change.kind.as_str())?;
    fields.into_zval(false)
}

#[php_impl]
impl Pass {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("only the module makes a Pass".into())
    }

    pub fn site_id(&self) -> &str {
        self.pass.client.site.as_str()
    }

    pub fn domain(&self) -> &str {
        self.pass.client.domain.as_str()
    }

    pub fn seen(&self) -> i64 {
        id(self.pass.seen)
    }

    pub fn end(&self) -> i64 {
        id(self.pass.end())
    }

    pub fn change_count(&self) -> i64 {
        i64::try_from(self.pass.batch.changes().len()).unwrap_or(i64::MAX)
    }

    pub fn notifications(&self) -> PhpResult<Array> {
        let notifications = self.pass.batch.notifications(self.settings.notification_limits());
        Ok(list(notifications, |changes| self.notification(changes))?)
    }

    pub fn bad_changes(&self) -> PhpResult<Array> {
        Ok(bad_changes(self.pass.batch.bad())?)
    }

    pub fn finish(&mut self) -> Result<Option<i64>> {
        if self.is_over || self.owner != process::id() {
            return Err(Error::new(
                ErrorKind::ClaimLost,
                format!("cannot finish the pass for {}: it is over, or another process's", self.pass.client.site),
            ));
        }
        let due = ops::finish(self.store.lock().get()?, &self.settings, &self.pass)?;
        self.is_over = true;
        Ok(match due {
            Due::Never => None,
            Due::Now => Some(0),
            Due::After(wait) => Some(integer(wait.as_secs())),
        })
    }

    pub fn release(&mut self) -> Result<()> {
        if self.is_over || self.owner != process::id() {
            return Ok(());
        }
        self.is_over = true;
        ops::release(self.store.lock().get()?, &self.pass)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.is_over || self.owner != process::id() {
            return;
        }
        // Nobody is left to tell of a failure here, and none is needed: a claim that is not given back expires. Nor is there
        // time to wait: what holds the database may be a transaction of this very process, which is ending.
        if let Ok(store) = self.store.lock().get() {
            let _ = store.impatiently(|store| ops::abandon(store, &self.pass));
        }
    }
}
