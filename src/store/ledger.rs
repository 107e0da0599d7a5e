//! The ledger, `wb_changes_ledger` and `wb_changes_late`: what was missing when it was passed, and what was found there later. See
//! [`ledger`](crate::domain::ledger) for what it is good for.
//!
//! A late change has a **record**, which stays for as long as the change, and a row for each client that has yet to get it.

use crate::{
    domain::{change::ChangeId, ledger::LateChange, site::SiteId, time::Timestamp},
    error::Result,
};

/// The site of the row of `wb_changes_dispatch` that holds the [note of the buffer](crate::domain::ledger::BufferNote), as [`PRUNED`](super::pruning::PRUNED) does its note. Its
/// `chd_db` names the server that wrote it.
pub(super) const BUFFER: &str = "\u{1}buffer";

/// Sites of notes of our own sort before this, and those of clients behind.
pub(super) const AFTER_NOTES: &str = "\u{2}";

/// A late change, and the clients that have to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateRecord {
    /// Which one.
    pub change: ChangeId,
    /// Clients that had moved past it and have to get it.
    pub clients: Vec<SiteId>,
}

/// Reads and writes the ledger. Where its tables are not there yet, nothing is late.
pub trait Ledger {
    /// Rows that were missing when they were passed, and that nobody has made a record of: the first ones, at most `most`, in
    /// ascending id.
    fn find_late(&mut self, most: usize) -> Result<Vec<ChangeId>>;

    /// Makes records, and rows for the clients, all or none. False, and none, if somebody else has made a record of one of them.
    fn record_late(&mut self, records: &[LateRecord], now: Timestamp) -> Result<bool>;

    /// Which changes clients have yet to get on their own, and since when: late ones, and those that an admin has [taken
    /// up](super::SentPasses::take_up) again.
    fn undelivered(&mut self) -> Result<Vec<(String, LateChange)>>;

    /// Takes note that a client has got these late changes, or need not get them.
    fn late_were_delivered(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()>;

    /// Records of late changes, the last that were found first, at most `most`.
    fn late_changes(&mut self, most: usize) -> Result<Vec<LateChange>>;

    /// The record of a change, if it was late.
    fn late_change(&mut self, change: ChangeId) -> Result<Option<LateChange>>;

    /// Has everybody forget what was read of the buffer before: see [`BufferNote::epoch`](crate::domain::ledger::BufferNote::epoch).
    fn begin_epoch(&mut self, now: Timestamp) -> Result<()>;

    /// Takes note that the ledger was compared with the buffer at `now`.
    fn was_compared(&mut self, now: Timestamp) -> Result<()>;

    /// Replaces what the ledger has of changes that were deleted at the beginning of the buffer by one run. No further than `seen`, up
    /// to where all have: the first row may be behind an edit that has not ended, which will not be late.
    fn tidy_ledger(&mut self, seen: ChangeId) -> Result<()>;

    /// Forgets all that belongs to an earlier life of the buffer: the ledger, what is settled, and the note.
    fn begin_new_life(&mut self) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_client_can_have_the_rows_name_or_one_among_notes() {
        assert_eq!(SiteId::parse(BUFFER), None);
        assert!(BUFFER < AFTER_NOTES && "!" > AFTER_NOTES);
    }
}
