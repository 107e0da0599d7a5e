//! A change as a client receives it, whichever notification brought it.

use super::{
    change::{BadChange, Change, ChangeId},
    change_info::{self, ChangeInfo},
    time::Timestamp,
};

/// A change that could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedChange {
    /// `change_id`.
    pub id: ChangeId,
    /// `change_type`: `wikibase-item~update`.
    pub kind: String,
    /// `change_time`: 14 digits, UTC.
    pub time: String,
    /// `change_object_id`.
    pub entity: String,
    /// `change_revision_id`.
    pub revision: u64,
    /// `change_user_id`.
    pub user: u64,
    /// What changed, by whom and why.
    pub info: ChangeInfo,
}

impl ReceivedChange {
    /// Reads a change.
    ///
    /// # Errors
    /// What is wrong with it, if it cannot be read.
    pub fn read(change: Change) -> Result<Self, BadChange> {
        let id = change.id;
        let bad = |reason| BadChange { id, reason };
        if Timestamp::parse_mw(&change.time).is_none() {
            return Err(bad("change_time is not a timestamp".to_owned()));
        }
        if change.info.is_empty() {
            return Err(bad("change_info is not JSON".to_owned()));
        }
        let info = change_info::decode(&change.info).map_err(bad)?;
        Ok(Self {
            id,
            kind: change.kind,
            time: change.time,
            entity: change.entity,
            revision: change.revision,
            user: change.user,
            info,
        })
    }

    /// `update` of `wikibase-item~update`; empty where the type is of another form.
    pub fn action(&self) -> &str {
        self.kind.split_once('~').map_or("", |(_, action)| action)
    }
}

/// `item` of `wikibase-item~update`; empty where the type is of another form.
pub fn entity_type(kind: &str) -> &str {
    kind.strip_prefix("wikibase-").and_then(|kind| kind.split_once('~')).map_or("", |(entity_type, _)| entity_type)
}
