//! The tables of a rollout: `wb_changes_rollout` says which dispatcher serves each client, `wb_changes_handed` which
//! changes Wikibase's own dispatching has handed over that are still in the buffer, and `wb_changes_shadow` what it has
//! sent to clients that we watch, and what we would have sent.
//!
//! All of it is read on the primary: a decision taken on old rows could lose a change.

use crate::{
    domain::{
        change::ChangeId,
        rollout::{AppliedRollout, Facts, Step, Unhanded},
        site::SiteId,
    },
    error::{Error, ErrorKind, Result},
};

/// `chd_disabled` of a client that has left; an admin writes 1.
pub(super) const LEFT: u64 = 2;

/// `csh_by` of what we would have sent; what Wikibase has sent is 1.
pub(super) const OURS: u8 = 2;

/// What a transaction found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolledOut {
    /// The rollout as it was before.
    pub before: AppliedRollout,
    /// What was written.
    pub steps: Vec<Step>,
}

/// Reads and writes the rollout.
pub trait Rollouts {
    /// The dispatcher of each client.
    ///
    /// # Errors
    /// [`ErrorKind::SchemaMissing`] if the table has yet to be made.
    fn rollout(&mut self) -> Result<AppliedRollout>;

    /// One transaction, and no other of these at the same time: reads the facts, asks `plan` what follows from them, and writes it. The last
    /// change is asked for after the rollout was read, so it is not older than anything that the rollout says.
    ///
    /// Where the transaction has to be done again, `plan` is asked again.
    fn roll_out(&mut self, plan: &mut dyn FnMut(&Facts) -> Vec<Step>) -> Result<RolledOut>;

    /// The first changes after `after` and up to `upto` that Wikibase has not handed over, at most `limit`, in ascending id.
    fn unhanded(&mut self, after: ChangeId, upto: ChangeId, limit: usize) -> Result<Vec<Unhanded>>;

    /// Whether any change is noted as handed over.
    fn is_something_handed(&mut self) -> Result<bool>;

    /// Notes what we would have sent to a client that is watched. What is noted already is left alone.
    fn note_shadow(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()>;

    /// Forgets what is equal of a watched client: what both, Wikibase and we, have sent; and all up to `since`, since only one was
    /// asked then. What is left that both have passed is a difference.
    fn compare_shadow(&mut self, client: &str, since: ChangeId) -> Result<()>;
}

/// Makes a rollout of rows.
#[derive(Default)]
pub(super) struct Rows {
    applied: AppliedRollout,
    unknown: Option<(String, String)>,
}

impl Rows {
    pub fn add(&mut self, site: &str, state: &str, position: u64) {
        if !self.applied.add_row(site, state, position) {
            self.unknown = Some((site.to_owned(), state.to_owned()));
        }
    }

    /// # Errors
    /// If a later version wrote one of them: a guess at its meaning could lose changes.
    pub fn rollout(self) -> Result<AppliedRollout> {
        match self.unknown {
            None => Ok(self.applied),
            Some((site, state)) => Err(Error::new(
                ErrorKind::StoreFailed,
                format!(
                    "wb_changes_rollout says {state:?} of {site:?}, which this version does not know; \
                    install the version that wrote it"
                ),
            )),
        }
    }
}
