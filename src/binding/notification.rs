//! `WikibaseDispatch\Notification`.

use ext_php_rs::{
    binary_slice::BinarySlice,
    convert::IntoZval,
    error::Result as PhpApiResult,
    prelude::*,
    types::{ZendHashTable, Zval},
};

use super::to_php::{Array, bad_changes, id, integer, list, strings};
use crate::{
    domain::{
        change_info::Metadata,
        notification::{self, Notification as DomainNotification, ReceivedChange},
    },
    error::Result,
};

/// The changes that a notification carries, decoded on the client.
#[php_class]
#[php(name = "WikibaseDispatch\\Notification")]
pub struct Notification(DomainNotification);

#[php_impl]
impl Notification {
    #[php(vis = "private")]
    pub fn __construct() -> PhpResult<Self> {
        Err("use Notification::decode()".into())
    }

    pub fn decode(changes: BinarySlice<u8>) -> Result<Self> {
        notification::decode(&changes).map(Self)
    }

    pub fn changes(&self) -> PhpResult<Array> {
        Ok(list(&self.0.changes, change_array)?)
    }

    pub fn entity_ids(&self) -> PhpResult<Array> {
        let mut entities: Vec<&str> = self.0.changes.iter().map(|change| change.entity.as_str()).collect();
        entities.sort_unstable();
        entities.dedup();
        Ok(strings(entities)?)
    }

    pub fn bad_changes(&self) -> PhpResult<Array> {
        Ok(bad_changes(&self.0.bad)?)
    }
}

fn change_array(change: &ReceivedChange) -> PhpApiResult<Zval> {
    let mut fields = ZendHashTable::with_capacity(8);
    fields.insert("id", id(change.id))?;
    fields.insert("type", change.kind.as_str())?;
    fields.insert("time", change.time.as_str())?;
    fields.insert("entityId", change.entity.as_str())?;
    fields.insert("revisionId", integer(change.revision))?;
    fields.insert("userId", integer(change.user))?;
    fields.insert("aspects", strings(&change.aspects)?)?;
    fields.insert("metadata", metadata_array(&change.metadata)?)?;
    fields.into_zval(false)
}

fn metadata_array(metadata: &Metadata) -> PhpApiResult<Array> {
    let mut fields = ZendHashTable::with_capacity(8);
    for (name, value) in [("page_id", metadata.page_id), ("rev_id", metadata.rev_id), ("parent_id", metadata.parent_id)]
    {
        if let Some(value) = value {
            fields.insert(name, value)?;
        }
    }
    for (name, value) in [("comment", &metadata.comment), ("user_text", &metadata.user_text)] {
        if let Some(value) = value {
            fields.insert(name, value.as_str())?;
        }
    }
    if let Some(user) = metadata.central_user_id {
        fields.insert("central_user_id", user)?;
    }
    if let Some(bot) = metadata.bot {
        fields.insert("bot", i64::from(bot))?;
    }
    Ok(fields)
}
