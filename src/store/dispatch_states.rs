//! Where each client stands, `wb_changes_dispatch`: the only table that is ours to write.
//!
//! Every write that moves or claims is a compare-and-set: it says what it believes the row to hold, changes nothing if the row
//! holds something else, and tells which of the two it was. That alone keeps two runners apart.

use crate::{
    domain::{
        change::ChangeId,
        claim::Token,
        client_mark::ClientMark,
        horizon::Life,
        receipts::Reported,
        sent::Sent,
        site::{Client, SiteId},
        time::Timestamp,
    },
    error::Result,
};

/// A row as it stands, of ours or of Wikibase 1.37.
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
    /// `chd_lock`; what is not UTF-8 is spelt, so that it can be named in a claim.
    pub lock: Option<String>,
    /// `chd_disabled`: the client gets nothing from us.
    pub disabled: bool,
    /// `chd_disabled` is 2: it is Wikibase's again, and no admin has disabled it. Then `disabled` is true, too.
    pub has_left: bool,
    /// What the client says about itself; `None` where there is no table of that yet.
    pub mark: Option<ClientMark>,
    /// What the client says that it has handled; `None` where there is no table of that yet.
    pub reported: Option<Reported>,
    /// What it was sent of which receipts are wanted; `None` where there is no table of that yet.
    pub sent: Option<Sent>,
}

/// What to write into a free row, or into one whose claim has expired: nobody else takes it then.
#[derive(Clone, Copy, Debug)]
pub struct NewClaim<'a> {
    /// Whose row.
    pub client: &'a SiteId,
    /// The seen that the row must hold.
    pub seen: ChangeId,
    /// The lock that the row must hold.
    pub expected: Option<&'a str>,
    /// The lock to set.
    pub lock: &'a str,
    /// In which life of the buffer the batch was read: in another one the claim is an error that passes.
    pub life: Life,
}

/// What to write at the end of a pass.
#[derive(Clone, Copy, Debug)]
pub struct Advance<'a> {
    /// Whose row.
    pub client: &'a SiteId,
    /// The seen that the row must hold.
    pub seen: ChangeId,
    /// The lock that the row must hold.
    pub lock: &'a str,
    /// The seen to set.
    pub to: ChangeId,
}

/// The first client and how many more, for a message.
pub(super) fn named<T>(items: &[T], site: impl Fn(&T) -> &SiteId) -> String {
    match items {
        [] => String::new(),
        [first] => site(first).to_string(),
        [first, ..] => format!("{} and {} others", site(first), items.len() - 1),
    }
}

/// Bytes of `chd_site` as Wikibase made it; `maintenance/update.php` widens it.
pub const NARROW_SITE: usize = 32;

/// Reads and writes dispatch states.
pub trait DispatchStates {
    /// How many bytes of a site id the table has room for: no client with a longer one can have a row.
    fn site_width(&mut self) -> Result<usize> {
        Ok(SiteId::MAX_BYTES)
    }

    /// Every row but those that are notes of our own.
    fn all_states(&mut self) -> Result<Vec<StateRow>>;

    /// The row of one client.
    fn state(&mut self, client: &SiteId) -> Result<Option<StateRow>>;

    /// Makes a row, with seen 0, for each of `clients` that has none and whose site id there is room for; leaves one that exists
    /// alone. Returns how many were made.
    fn insert_states(&mut self, clients: &[&Client]) -> Result<usize>;

    /// Writes the client's database domain.
    fn update_domain(&mut self, client: &Client) -> Result<()>;

    /// What to make a claim with: the token, changed if claims of this store can be known to be nobody's any more.
    fn own_token(&mut self, token: Token) -> Token {
        token
    }

    /// Makes each of `claims`, whose clients differ, if its row still holds what it expects and is not disabled. One
    /// statement or transaction, however many there are. Returns of each whether it was made.
    fn claim_all(&mut self, claims: &[NewClaim<'_>]) -> Result<Vec<bool>>;

    /// Makes one claim.
    fn claim(&mut self, claim: &NewClaim<'_>) -> Result<bool> {
        self.claim_all(std::slice::from_ref(claim)).map(|made| made == [true])
    }

    /// Moves seen and frees the lock for each of `advances`, whose clients differ, if its row still holds what it expects. One
    /// statement or transaction, however many there are. Returns of each whether it did.
    fn advance_all(&mut self, advances: &[Advance<'_>], touched: Timestamp) -> Result<Vec<bool>>;

    /// Moves one client.
    fn advance(&mut self, advance: &Advance<'_>, touched: Timestamp) -> Result<bool> {
        self.advance_all(std::slice::from_ref(advance), touched).map(|moved| moved == [true])
    }

    /// Replaces the lock `lock` by `by`, and leaves all else alone. Returns whether the row still held it.
    fn unlock(&mut self, client: &SiteId, lock: &str, by: Option<&str>) -> Result<bool>;

    /// Disables a client that is enabled. Returns whether it did.
    fn disable(&mut self, client: &SiteId) -> Result<bool>;

    /// Enables a client that an admin has disabled: it has seen `after`, and is free. Returns whether it did.
    fn enable(&mut self, client: &SiteId, after: ChangeId) -> Result<bool>;

    /// Sets seen to `to` for each of `clients` that still holds the seen given with it, is free and is not disabled. One
    /// statement, however many clients there are. Returns how many were moved. An error that passes if the buffer's life is no
    /// longer `life`, in which it was found that nothing concerns them.
    fn fast_forward(
        &mut self,
        clients: &[(SiteId, ChangeId)],
        to: ChangeId,
        touched: Timestamp,
        life: Life,
    ) -> Result<usize>;

    /// Sets seen to `to` and frees the lock if the row still holds `seen` and `lock`. Returns whether it did. The one write
    /// that can move seen back: for a buffer whose ids began anew, and for an admin who wants changes repeated.
    /// An error that passes if the buffer's life is no longer `life`, in which it was found that nothing can still commit before
    /// `to`.
    fn seek(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>, to: ChangeId, life: Life) -> Result<bool>;
}
