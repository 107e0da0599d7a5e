//! Where the changes begin that clients have not seen.

use crate::{domain::change::ChangeId, error::Result};

/// Looks into the change buffer at many places at once.
pub trait Backlog {
    /// For each of `positions` the first change after it, up to `upto`: its id and its `change_time`. A change is named once or more
    /// often, in no order. A few statements, however many positions there are.
    fn first_after(&mut self, positions: &[ChangeId], upto: ChangeId) -> Result<Vec<(ChangeId, String)>>;
}
