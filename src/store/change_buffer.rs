//! The change buffer, `wb_changes`: owned by Wikibase, read as it is.

use crate::{
    domain::{
        change::{Change, ChangeId},
        gap_holder::GapHolder,
        horizon::{GapRules, Horizon, Life},
    },
    error::Result,
};

/// How much to read at once.
#[derive(Clone, Copy, Debug)]
pub struct ReadLimit {
    /// Rows.
    pub rows: usize,
    /// Bytes of `change_info`; reading stops after the row that reaches them.
    pub bytes: usize,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// In ascending id.
    pub changes: Vec<Change>,
    /// Every change after the position asked for and up to this id is in `changes`.
    pub reached: ChangeId,
}

/// Reads the change buffer.
pub trait ChangeBuffer {
    /// The life of the buffer as of the last statement: what was read in another one may not hold.
    fn life(&self) -> Life;

    /// How far changes may be dispatched. No transaction can still commit a row up to `from`: any client's seen will do,
    /// the lowest tells the most. The answer is not below it. A range of ids that is missing, and that nobody holds,
    /// counts as dead by `rules`. Looks, and never waits.
    fn horizon(&mut self, from: ChangeId, rules: GapRules) -> Result<Horizon>;

    /// Which transaction holds the gap that the horizon waits for, as far as the database tells.
    fn gap_holder(&mut self) -> GapHolder {
        GapHolder::Unknown
    }

    /// The highest id that was ever given out, whether its row is there or not; `None` if the database does not tell.
    fn highest_allocated(&mut self) -> Result<Option<ChangeId>>;

    /// The last change that is visible, whatever may still commit before it; 0 if there is none.
    fn last_change(&mut self) -> Result<ChangeId>;

    /// Changes after `after`, up to `upto`, in ascending id.
    fn read_changes(&mut self, after: ChangeId, upto: ChangeId, limit: ReadLimit) -> Result<Chunk>;
}
