//! What the clients have before them: the oldest change that each of them has not seen.

use super::StateRow;
use crate::{domain::change::ChangeId, error::Result};

/// Reads both tables at once.
pub trait Backlog {
    /// Every row of `wb_changes_dispatch` but those that are notes of our own, each with the `change_time` of the first change that it
    /// has not seen, up to `upto`. One statement, however many clients there are.
    fn oldest_unseen(&mut self, upto: ChangeId) -> Result<Vec<(StateRow, Option<String>)>>;
}
