//! `WikibaseDispatch\Notification`.

#![allow(non_snake_case, reason = "callers in PHP may name an argument, so arguments have PHP's names")]

use std::{cell::RefCell, collections::HashSet};

use ext_php_rs::{
    binary_slice::BinarySlice,
    prelude::*,
    types::{ZendHashTable, Zval},
};

use super::{
    client_update::{ClientUpdate, received_array},
    connection::value,
    from_php::{bytes, number, text},
    receipts::range_to_php,
    to_php::{Array, bad_changes, id, integer, list},
};
use crate::{
    domain::{
        change::{Change, ChangeId},
        client_update::ClientFacts,
        notification::{self, Notification as DomainNotification},
        notification_format,
        site::SiteId,
    },
    error::{Error, ErrorKind, Result},
};

/// The changes that a notification brought, decoded on the client.
#[php_class]
#[php(name = "WikibaseDispatch\\Notification")]
pub struct Notification(RefCell<DomainNotification>);

impl Notification {
    fn new(notification: DomainNotification) -> Self {
        Self(RefCell::new(notification))
    }
}

#[php_impl]
impl Notification {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("use Notification::decode() or Notification::ofRows()".into())
    }

    pub fn decode(changes: BinarySlice<u8>) -> Result<Self> {
        notification::decode(&changes).map(Self::new)
    }

    pub fn of_rows(rows: &ZendHashTable) -> Self {
        let rows = rows.values().map(|row| row.dereference().array().map_or_else(unreadable, change_of));
        Self::new(DomainNotification::of(rows))
    }

    pub fn summary(&self) -> PhpResult<Array> {
        let notification = self.0.borrow();
        let mut summary = ZendHashTable::with_capacity(4);
        summary.insert("changes", integer(notification.changes.len() as u64))?;
        summary.insert("bad", bad_changes(&notification.bad)?)?;
        let oldest = notification.changes.iter().map(|change| change.time.as_str()).min();
        summary.insert("oldest", oldest.map(str::to_owned))?;
        summary.insert("covers", notification.covers.as_ref().map(range_to_php).transpose()?)?;
        Ok(summary)
    }

    pub fn change_ids(&self) -> Vec<i64> {
        let notification = self.0.borrow();
        let known = notification.changes.iter().map(|change| change.id);
        let mut ids: Vec<i64> = known.chain(notification.bad.iter().map(|bad| bad.id)).map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    pub fn changes(&self) -> PhpResult<Array> {
        Ok(list(&self.0.borrow().changes, received_array)?)
    }

    pub fn update(
        &self,
        siteId: &str,
        contentNamespaces: Vec<i64>,
        recentChangesMaxPages: i64,
        trackedAspects: Option<Vec<String>>,
    ) -> Result<ClientUpdate> {
        let client = ClientFacts {
            site: SiteId::parse(siteId).ok_or_else(|| invalid("siteId"))?,
            aspects: trackedAspects.into_iter().flatten().collect(),
            content_namespaces: contentNamespaces
                .into_iter()
                .map(i32::try_from)
                .collect::<std::result::Result<HashSet<_>, _>>()
                .map_err(|_| invalid("contentNamespaces"))?,
            recent_changes_max_pages: usize::try_from(recentChangesMaxPages)
                .map_err(|_| invalid("recentChangesMaxPages"))?,
        };
        // Its changes move on: a notification may hold many megabytes.
        let changes = std::mem::take(&mut self.0.borrow_mut().changes);
        Ok(ClientUpdate::new(changes, client))
    }
}

fn invalid(name: &str) -> Error {
    Error::new(ErrorKind::InvalidSetting, format!("cannot update this client: {name} has no possible value"))
}

/// What is missing makes a change that cannot be read, which is reported as such beside the others.
fn change_of(row: &ZendHashTable) -> Change {
    Change {
        id: value(row, "id")
            .and_then(Zval::long)
            .map_or_else(|| ChangeId(number(row, "id").unwrap_or(0)), notification_format::change_of),
        kind: text(row, "type"),
        time: text(row, "time"),
        entity: text(row, "object_id"),
        revision: number(row, "revision_id").unwrap_or(0),
        user: number(row, "user_id").unwrap_or(0),
        info: bytes(row, "info"),
    }
}

fn unreadable() -> Change {
    change_of(&ZendHashTable::new())
}
