//! Deleting changes, and what one prune writes down for the next.

use crate::{
    domain::{change::ChangeId, prune::PruneNote, time::Timestamp},
    error::Result,
};

/// The site of the row of `wb_changes_dispatch` that holds the [`PruneNote`]. The control character keeps it from being one of
/// a client, and the row is disabled, so that older dispatchers and prunings pass over it. It can be deleted at any time:
/// that costs a grace time.
pub(super) const PRUNED: &str = "\u{1}pruned";

/// Prunes the change buffer. What may go is for the caller to say.
pub trait Pruning {
    /// What the last prune wrote down, and the time by the database, in one statement.
    fn prune_note(&mut self) -> Result<(Option<PruneNote>, Timestamp)>;

    /// Writes it down.
    fn write_prune_note(&mut self, note: PruneNote) -> Result<()>;

    /// Id and `change_time` of the first changes up to `upto`, at most `limit`, in ascending id.
    fn oldest_changes(&mut self, upto: ChangeId, limit: usize) -> Result<Vec<(ChangeId, String)>>;

    /// Deletes these changes, which ascend. Returns how many there were; fewer if the connection was lost meanwhile.
    fn delete_changes(&mut self, ids: &[ChangeId]) -> Result<usize>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::site::SiteId;

    #[test]
    fn no_client_can_have_the_rows_name() {
        assert_eq!(SiteId::parse(PRUNED), None);
    }
}
