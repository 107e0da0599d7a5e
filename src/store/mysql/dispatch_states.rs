//! `wb_changes_dispatch` on MariaDB and MySQL.
//!
//! Each write says how to find out whether it took effect, for when the connection was lost under it:
//!
//! - **claim**: the lock it sets holds a token that nobody else has. The row holds it, or it does not.
//! - **advance**: only two can move the row from `seen` while it held our lock: we, and an heir to whom the claim had expired. Both end
//!   at the same place, since an heir keeps to the end of the pass. So if seen has reached that place the pass is finished.
//!   In one case of two faults at once (the answer lost *and* the claim expired meanwhile) an heir finished it and we say we
//!   did; what we say is still true of the row, and nobody advances twice.
//! - **unlock**: if the row does not hold our lock any more there is nothing left to free.
//! - **fast-forward, start over**: a second try does not find rows that the first one changed.

use std::ops::ControlFlow;

use mysql_async::{Params, Row, Value};

use super::{
    MysqlStore,
    session::Outcome,
    settled::SETTLED,
    subscriptions::{bytes, filled_up, marks, text},
};
use crate::{
    domain::{
        change::ChangeId,
        site::{Client, SiteId},
        time::Timestamp,
    },
    error::Result,
    store::{DispatchStates, StateRow},
};

const ALL: &str = "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled
    FROM {wb_changes_dispatch} WHERE chd_site <> ?";

const ONE: &str = "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled
    FROM {wb_changes_dispatch} WHERE chd_site = ?";

const INSERT: &str =
    "INSERT IGNORE INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)
    VALUES (?, ?, 0, '00000000000000', NULL, 0)";

const UPDATE_DOMAIN: &str = "UPDATE {wb_changes_dispatch} SET chd_db = ? WHERE chd_site = ?";

const CLAIM: &str = "UPDATE {wb_changes_dispatch} SET chd_lock = ?
    WHERE chd_site = ? AND chd_seen = ? AND chd_lock <=> ? AND chd_disabled = 0";

const ADVANCE: &str = "UPDATE {wb_changes_dispatch} SET chd_seen = ?, chd_touched = ?, chd_lock = NULL
    WHERE chd_site = ? AND chd_seen = ? AND chd_lock = ?";

const UNLOCK: &str = "UPDATE {wb_changes_dispatch} SET chd_lock = ? WHERE chd_site = ? AND chd_lock = ?";

/// The list of sites picks the rows, the list of pairs decides. Rows are locked in the order of the primary key, as every other
/// writer locks its one row by it: by another index two of these could wait for each other.
const FAST_FORWARD: &str = "UPDATE {wb_changes_dispatch} FORCE INDEX (PRIMARY) SET chd_seen = ?, chd_touched = ?
    WHERE chd_lock IS NULL AND chd_disabled = 0 AND chd_seen < ? AND chd_site IN (";

const START_OVER: &str = "UPDATE {wb_changes_dispatch} SET chd_seen = 0, chd_lock = NULL
    WHERE chd_site = ? AND chd_seen = ? AND chd_lock <=> ?";

/// Clients moved in one statement. Farms have about a thousand at most, and few are at the same place.
const MOST_AT_ONCE: usize = 900;

fn positional<const N: usize>(values: [Value; N]) -> Params {
    Params::Positional(values.into())
}

impl DispatchStates for MysqlStore {
    fn all_states(&mut self) -> Result<Vec<StateRow>> {
        let doing = || "cannot read the dispatch states".to_owned();
        self.read(doing, ALL, positional([SETTLED.into()]), |rows: &mut Vec<_>, row| {
            rows.push(row_of(&row));
            ControlFlow::Continue(())
        })
    }

    fn state(&mut self, client: &SiteId) -> Result<Option<StateRow>> {
        let doing = || format!("cannot read the dispatch state of {client}");
        self.read(doing, ONE, positional([client.as_str().into()]), |found: &mut Option<_>, row| {
            *found = Some(row_of(&row));
            ControlFlow::Continue(())
        })
    }

    fn insert_state(&mut self, client: &Client) -> Result<bool> {
        let values = positional([client.site.as_str().into(), client.domain.in_state().into()]);
        let doing = || format!("cannot initialise the dispatch state of {}", client.site);
        self.write(doing, INSERT, values, |_| Ok(Outcome::NotYet)).map(|made| made == 1)
    }

    fn update_domain(&mut self, client: &Client) -> Result<()> {
        let values = positional([client.domain.in_state().into(), client.site.as_str().into()]);
        let doing = || format!("cannot save the database domain of {}", client.site);
        self.write(doing, UPDATE_DOMAIN, values, |_| Ok(Outcome::NotYet)).map(drop)
    }

    fn claim(&mut self, client: &SiteId, seen: ChangeId, expected: Option<&str>, lock: &str) -> Result<bool> {
        let values = positional([lock.into(), client.as_str().into(), seen.0.into(), expected.into()]);
        self.write_one(
            client,
            || format!("cannot claim {client}"),
            CLAIM,
            values,
            |row| {
                if row.lock.as_deref() == Some(lock) {
                    Outcome::Done
                } else if row.seen == seen && row.lock.as_deref() == expected {
                    Outcome::NotYet
                } else {
                    Outcome::Never
                }
            },
        )
    }

    fn advance(
        &mut self,
        client: &SiteId,
        seen: ChangeId,
        lock: &str,
        to: ChangeId,
        touched: Timestamp,
    ) -> Result<bool> {
        let values =
            positional([to.0.into(), touched.to_mw().into(), client.as_str().into(), seen.0.into(), lock.into()]);
        self.write_one(
            client,
            || format!("cannot save position {to} for {client}"),
            ADVANCE,
            values,
            |row| {
                if row.lock.as_deref() == Some(lock) {
                    Outcome::NotYet
                } else if row.seen >= to {
                    Outcome::Done
                } else {
                    Outcome::Never
                }
            },
        )
    }

    fn unlock(&mut self, client: &SiteId, lock: &str, by: Option<&str>) -> Result<bool> {
        let values = positional([by.into(), client.as_str().into(), lock.into()]);
        self.write_one(
            client,
            || format!("cannot release the claim of {client}"),
            UNLOCK,
            values,
            |row| {
                if row.lock.as_deref() == Some(lock) {
                    Outcome::NotYet
                } else if row.lock.as_deref() == by {
                    Outcome::Done
                } else {
                    Outcome::Never
                }
            },
        )
    }

    fn fast_forward(&mut self, clients: &[(SiteId, ChangeId)], to: ChangeId, touched: Timestamp) -> Result<usize> {
        let mut clients: Vec<_> = clients.iter().map(|(site, seen)| (site.as_str(), seen.0)).collect();
        clients.sort_unstable();
        let mut moved = 0;
        for group in clients.chunks(MOST_AT_ONCE) {
            let count = group.len();
            let group = filled_up(group.to_vec());
            let (sites, pairs) = (marks("?", group.len()), marks("(?,?)", group.len()));
            let template = format!("{FAST_FORWARD}{sites}) AND (chd_site, chd_seen) IN ({pairs})");
            let mut values = vec![to.0.into(), touched.to_mw().into(), to.0.into()];
            values.extend(group.iter().map(|(site, _)| Value::from(*site)));
            values.extend(group.iter().flat_map(|(site, seen)| [Value::from(*site), Value::from(*seen)]));
            let doing = || format!("cannot move {count} clients to position {to}");
            let found = self.write(doing, &template, Params::Positional(values), |_| Ok(Outcome::NotYet))?;
            moved += usize::try_from(found).unwrap_or(count);
        }
        Ok(moved)
    }

    fn start_over(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>) -> Result<bool> {
        let values = positional([client.as_str().into(), seen.0.into(), lock.into()]);
        self.write_one(
            client,
            || format!("cannot set {client} back to 0"),
            START_OVER,
            values,
            |row| {
                if row.seen == seen && row.lock.as_deref() == lock {
                    Outcome::NotYet
                } else if row.seen < seen {
                    Outcome::Done
                } else {
                    Outcome::Never
                }
            },
        )
    }
}

impl MysqlStore {
    /// Runs a compare-and-set on the row of `client`; tells whether it did. When the answer is lost, the row is looked at.
    fn write_one(
        &mut self,
        client: &SiteId,
        doing: impl Fn() -> String,
        template: &str,
        values: Params,
        judge: impl Fn(&StateRow) -> Outcome,
    ) -> Result<bool> {
        self.write(doing, template, values, |store| Ok(store.state(client)?.as_ref().map_or(Outcome::Never, &judge)))
            .map(|found| found == 1)
    }
}

fn row_of(row: &Row) -> StateRow {
    StateRow {
        site: text(row, 0),
        domain: text(row, 1),
        seen: ChangeId(row.get(2).unwrap_or_default()),
        touched: Timestamp::parse_mw(&text(row, 3)),
        lock: bytes(row, 4).map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
        disabled: row.get::<u8, _>(5).is_some_and(|disabled| disabled != 0),
    }
}
