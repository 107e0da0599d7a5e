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
    /// `change_time`: 14 digits, UTC; empty where it is no time, and then no recent change can be written.
    pub time: String,
    /// `change_object_id`.
    pub entity: String,
    /// `change_revision_id`.
    pub revision: u64,
    /// `change_user_id`.
    pub user: u64,
    /// What changed, by whom and why.
    pub info: ChangeInfo,
    /// `change_info` as it came; empty where it cannot be read.
    pub text: String,
}

impl ReceivedChange {
    /// Reads a change. What is optional falls back by itself, and what cannot be read of the rest may have changed anything: its
    /// entity is all that is needed to update pages. [`ChangeInfo::trouble`] says what is to be reported of it.
    ///
    /// # Errors
    /// It names no entity.
    pub fn read(change: Change) -> Result<Self, BadChange> {
        let id = change.id;
        if change.entity.is_empty() {
            return Err(BadChange { id, reason: "change_object_id is missing".to_owned() });
        }
        let (info, text) = match String::from_utf8(change.info) {
            Ok(text) if text.is_empty() => (ChangeInfo::unreadable("change_info is not JSON".to_owned()), text),
            Ok(text) => (ChangeInfo::read(&text), text),
            // The parser does not look at what it skips. So the format of the queue would decide whether it can be read.
            Err(_) => (ChangeInfo::unreadable("change_info is not UTF-8".to_owned()), String::new()),
        };
        Ok(Self {
            id,
            kind: change.kind,
            time: if Timestamp::parse_mw(&change.time).is_some() { change.time } else { String::new() },
            entity: change.entity,
            revision: change.revision,
            user: change.user,
            text: if info.trouble.is_none() { text.trim_ascii().to_owned() } else { String::new() },
            info,
        })
    }

    /// Its `change_info`: as it came, where it could be read.
    pub fn info_text(&self) -> String {
        if self.text.is_empty() { change_info::encode(&self.info, &[self.id]) } else { self.text.clone() }
    }

    /// The revision that the change made: the one its metadata names, else that of the row; 0 if it made none.
    pub fn revision_made(&self) -> u64 {
        self.info.metadata.rev_id.and_then(|id| u64::try_from(id).ok()).unwrap_or(self.revision)
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
