//! Where each client stands, `wb_changes_dispatch`: the only table that is ours to write.
//!
//! Every write that moves or claims is a compare-and-set: it says what it believes the row to hold, changes nothing if the row
//! holds something else, and tells which of the two it was. That alone keeps two runners apart.

use crate::{
    domain::{
        change::ChangeId,
        site::{Client, SiteId},
        time::Timestamp,
    },
    error::Result,
};

/// A row as it stands, whoever's it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateRow {
    /// `chd_site`
    pub site: String,
    /// `chd_db`
    pub domain: String,
    /// `chd_seen`
    pub seen: ChangeId,
    /// `chd_touched`; `None` for the all-zero timestamp.
    pub touched: Option<Timestamp>,
    /// `chd_lock`
    pub lock: Option<String>,
    /// `chd_disabled`
    pub disabled: bool,
}

/// Reads and writes dispatch states.
pub trait DispatchStates {
    /// Every row.
    fn all_states(&mut self) -> Result<Vec<StateRow>>;

    /// The row of one client.
    fn state(&mut self, client: &SiteId) -> Result<Option<StateRow>>;

    /// Makes a row, with seen 0, for a client that has none; leaves one that exists alone. Returns whether it was made.
    fn insert_state(&mut self, client: &Client) -> Result<bool>;

    /// Writes the client's database domain.
    fn update_domain(&mut self, client: &Client) -> Result<()>;

    /// Sets the lock to `lock` if the row still holds `seen` and `expected`, and is not disabled. Returns whether it did.
    fn claim(&mut self, client: &SiteId, seen: ChangeId, expected: Option<&str>, lock: &str) -> Result<bool>;

    /// Sets seen to `to` and frees the lock if the row still holds `seen` and `lock`. Returns whether it did.
    fn advance(
        &mut self,
        client: &SiteId,
        seen: ChangeId,
        lock: &str,
        to: ChangeId,
        touched: Timestamp,
    ) -> Result<bool>;

    /// Replaces the lock `lock` by `by`, and leaves all else alone. Returns whether the row still held it.
    fn unlock(&mut self, client: &SiteId, lock: &str, by: Option<&str>) -> Result<bool>;

    /// Sets seen to `to` for each of `clients` that still holds the seen given with it, is free and is not disabled. One
    /// statement, however many clients there are. Returns how many were moved.
    fn fast_forward(&mut self, clients: &[(SiteId, ChangeId)], to: ChangeId, touched: Timestamp) -> Result<usize>;

    /// Sets seen back to 0 and frees the lock if the row still holds `seen` and `lock`. Returns whether it did. The one
    /// write that moves seen back: for a buffer whose ids began anew.
    fn start_over(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>) -> Result<bool>;
}
