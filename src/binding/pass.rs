//! `WikibaseDispatch\Pass`.

use std::sync::Arc;

use ext_php_rs::{
    binary::Binary,
    convert::IntoZval,
    error::Result as PhpApiResult,
    prelude::*,
    types::{ZendHashTable, Zval},
    zend::BailoutGuard,
};
use parking_lot::{ArcMutexGuard, Mutex, RawMutex};

use super::{
    running::Running,
    to_php::{Array, bad_changes, id, integer, list},
};
use crate::{
    domain::{
        change::Change,
        notification::{self, Prepared},
        notification_format::NotificationFormat,
        settings::Settings,
        site::Client,
        state::Due,
    },
    error::Result,
};

/// One pass for one client: a claimed batch, waiting to be pushed.
#[php_class]
#[php(name = "WikibaseDispatch\\Pass")]
pub struct Pass(Arc<Mutex<Running>>);

impl Pass {
    pub(super) fn new(running: Arc<Mutex<Running>>) -> Self {
        Self(running)
    }

    /// The pass, for a method that makes PHP values of it. When PHP has no memory left it jumps out of the method, and no
    /// destructor runs but that of such a guard: without one, whoever asked the pass next, in a shutdown function, waited for
    /// ever (G12).
    fn held(&self) -> BailoutGuard<ArcMutexGuard<RawMutex, Running>> {
        BailoutGuard::new(Mutex::lock_arc(&self.0))
    }
}

fn notification(settings: &Settings, client: &Client, changes: &[Arc<Prepared>]) -> PhpApiResult<Zval> {
    let mut parameters = ZendHashTable::new();
    let kind = match settings.notification_formats.of(client) {
        NotificationFormat::Native => {
            parameters.insert("repo", settings.repo.as_str())?;
            let changes = notification::encode(&settings.repo, changes);
            parameters.insert("changes", Binary::from(changes))?;
            "DispatchNotification"
        }
        NotificationFormat::EntityChange => {
            parameters.insert("changes", list(changes, |change| entity_change(change))?)?;
            "EntityChangeNotification"
        }
        NotificationFormat::ChangeIds => {
            parameters.insert("repo", settings.repo.as_str())?;
            parameters.insert("changeIds", list(changes, |change| id(change.id).into_zval(false))?)?;
            "ChangeNotification"
        }
    };
    let mut job = ZendHashTable::with_capacity(2);
    job.insert("type", kind)?;
    job.insert("params", parameters)?;
    job.into_zval(false)
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

    pub fn site_id(&self) -> String {
        self.0.lock().pass().client.site.to_string()
    }

    pub fn domain(&self) -> String {
        self.0.lock().pass().client.domain.as_str().to_owned()
    }

    pub fn seen(&self) -> i64 {
        id(self.0.lock().pass().seen)
    }

    pub fn end(&self) -> i64 {
        id(self.0.lock().pass().end())
    }

    pub fn change_count(&self) -> i64 {
        i64::try_from(self.0.lock().pass().batch.changes().len()).unwrap_or(i64::MAX)
    }

    pub fn is_repeat(&self) -> bool {
        self.0.lock().pass().is_repeat
    }

    pub fn change_ids(&self) -> Vec<i64> {
        self.0.lock().pass().batch.changes().iter().map(|change| id(change.id)).collect()
    }

    pub fn notifications(&self) -> PhpResult<Array> {
        let running = self.held();
        let client = &running.pass().client;
        let notifications = running.pass().batch.notifications(running.settings.notification_limits());
        Ok(list(notifications, |changes| notification(&running.settings, client, changes))?)
    }

    pub fn bad_changes(&self) -> PhpResult<Array> {
        Ok(bad_changes(self.held().pass().batch.bad())?)
    }

    pub fn finish(&mut self) -> Result<Option<i64>> {
        Ok(match self.0.lock().finish()? {
            Due::Never => None,
            Due::Now => Some(0),
            Due::After(wait) => Some(integer(wait.as_secs())),
        })
    }

    pub fn release(&mut self) -> Result<()> {
        self.0.lock().release()
    }

    pub fn abandon(&mut self) -> Result<()> {
        self.0.lock().abandon()
    }
}
