//! What clients were sent, `wb_changes_sent`, and what of it they cannot handle, `wb_changes_aside`. What they say that they have handled
//! is read with their dispatch states.

use super::dispatch_states::Advance;
use crate::{
    domain::{
        change::ChangeId,
        sent::{AsideChange, Sent},
        site::SiteId,
        time::Timestamp,
    },
    error::Result,
};

/// Notes what clients were sent. Where its tables are not there yet, nothing is noted.
pub trait SentPasses {
    /// Notes what each of these clients was sent, if its row still holds what it is to be advanced from. To be written before that: who
    /// comes after a runner that died in between does the pass again. No error where there is no table of that yet.
    fn note_sent(&mut self, notes: &[(&Advance<'_>, &Sent)]) -> Result<()>;

    /// Forgets what a client was sent, if its row still holds this, since its changes are gone: the ids began anew. To be done before its
    /// position is set: without the note the client begins a new stream.
    fn forget_sent(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>) -> Result<()>;

    /// Takes note that a client cannot handle a change of this entity. What is noted already is left alone.
    fn set_aside(&mut self, client: &SiteId, change: ChangeId, entity: &str, now: Timestamp) -> Result<()>;

    /// What clients cannot handle, the last that were set aside first, at most `most`.
    fn aside(&mut self, most: usize) -> Result<Vec<AsideChange>>;

    /// What this client cannot handle, in ascending id.
    fn aside_for(&mut self, client: &SiteId) -> Result<Vec<AsideChange>>;

    /// Has a change that was set aside for the client delivered to it again, on its own, as a late one is: it is set aside no more.
    /// Whether it was. A process that dies in between leaves it set aside, and delivers it all the same.
    fn take_up(&mut self, client: &SiteId, change: ChangeId, now: Timestamp) -> Result<bool>;
}
