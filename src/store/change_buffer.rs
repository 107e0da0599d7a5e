//! The change buffer, `wb_changes`: owned by Wikibase, read as it is.

use crate::{
    domain::change::{Change, ChangeId},
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
    /// The highest id up to which no transaction can still commit a row; 0 if the buffer is empty.
    fn horizon(&mut self) -> Result<ChangeId>;

    /// Changes after `after`, up to `upto`, in ascending id.
    fn read_changes(&mut self, after: ChangeId, upto: ChangeId, limit: ReadLimit) -> Result<Chunk>;
}
