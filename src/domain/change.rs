//! A row of the change buffer, with its `change_info` left as the bytes it was written as.

use std::fmt;

/// Id of a change: a row of `wb_changes`. 0 stands before the first one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(pub u64);

impl ChangeId {
    /// How many ids lie after this one, up to `end`.
    pub const fn distance_to(self, end: Self) -> u64 {
        end.0.saturating_sub(self.0)
    }

    /// The id `count` before this one, not below 0.
    pub const fn back(self, count: u64) -> Self {
        Self(self.0.saturating_sub(count))
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A change as it stands in the buffer.
///
/// Texts are kept as the database gave them; an entity id is compared, never parsed, so that entity types we do not
/// know pass through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `change_id`.
    pub id: ChangeId,
    /// `change_type`: `wikibase-item~update`.
    pub kind: String,
    /// `change_time`: 14 digits, UTC.
    pub time: String,
    /// `change_object_id`: `Q42`.
    pub entity: String,
    /// `change_revision_id`; 0 where the change made no revision.
    pub revision: u64,
    /// `change_user_id` on the repo; 0 for an unregistered user.
    pub user: u64,
    /// `change_info`: JSON if all is well.
    pub info: Vec<u8>,
}

/// A change that cannot be read, and why. It is reported, counted, and delivered to all subscribers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadChange {
    /// Which one.
    pub id: ChangeId,
    /// What is wrong with it, for a log line.
    pub reason: String,
}
