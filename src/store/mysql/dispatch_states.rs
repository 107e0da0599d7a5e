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
//! - **fast-forward**: a second try does not find rows that the first one changed.
//! - **seek**: the row has left the place that it was to leave, in the direction that it was to go. Somebody else may have moved
//!   it on since, or moved it there before us; what we say is true of the row in either case.

use std::ops::ControlFlow;

use mysql_async::{Params, Row, Value};

use super::{
    MysqlStore,
    change_buffer::number,
    groups::{MOST, in_key_order, marks, repeated},
    subscriptions::{bytes, text},
    tries::Outcome,
};
use crate::{
    domain::{
        change::ChangeId,
        client_mark::ClientMark,
        horizon::Life,
        receipts::Reported,
        sent::Sent,
        site::{Client, SiteId},
        time::Timestamp,
    },
    error::{ErrorKind, Result},
    store::{
        Advance, DispatchStates, NARROW_SITE, NewClaim, StateRow, ledger::AFTER_NOTES, lock_value, named, rollout::LEFT,
    },
};

/// The first of these for which all tables are there: `maintenance/update.php` makes those that a new version brings.
const ROWS: [&str; 3] = [
    "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled, cc_version, cc_formats, cc_time,
        crc_receipts, crc_time, csn_passes
    FROM {wb_changes_dispatch} LEFT JOIN {wb_changes_client} ON cc_site = chd_site
        LEFT JOIN {wb_changes_receipt} ON crc_site = chd_site LEFT JOIN {wb_changes_sent} ON csn_site = chd_site",
    "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled, cc_version, cc_formats, cc_time
    FROM {wb_changes_dispatch} LEFT JOIN {wb_changes_client} ON cc_site = chd_site",
    "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled FROM {wb_changes_dispatch}",
];

const ALL: &str = "WHERE chd_site >= ?";

const ONE: &str = "WHERE chd_site = ?";

const SOME: &str = "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled
    FROM {wb_changes_dispatch} WHERE chd_site IN (";

const INSERT: &str = "INSERT IGNORE INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled) VALUES ";

/// What is too long for a column is cut by this server's `INSERT IGNORE`, without an error.
const WIDTH: &str = "SELECT CHARACTER_OCTET_LENGTH FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = 'chd_site'";

const DISABLE: &str = "UPDATE {wb_changes_dispatch} SET chd_disabled = 1 WHERE chd_site = ? AND chd_disabled = 0";

const ENABLE: &str = "UPDATE {wb_changes_dispatch} SET chd_disabled = 0, chd_seen = ?, chd_lock = NULL WHERE chd_site = ? AND chd_disabled = 1";

const NEW_STATE: &str = "(?, ?, 0, '00000000000000', NULL, 0)";

const UPDATE_DOMAIN: &str = "UPDATE {wb_changes_dispatch} SET chd_db = ? WHERE chd_site = ?";

/// In each of these, the list of sites picks the rows, and what follows decides. Rows are locked in the order of the primary key, as
/// every other writer locks its one row by it: by another index two of these could wait for each other.
const CLAIM: &str = "UPDATE {wb_changes_dispatch} FORCE INDEX (PRIMARY) SET chd_lock = CASE chd_site ";

const ADVANCE: &str = "UPDATE {wb_changes_dispatch} FORCE INDEX (PRIMARY)
    SET chd_lock = NULL, chd_touched = ?, chd_seen = CASE chd_site ";

const FAST_FORWARD: &str = "UPDATE {wb_changes_dispatch} FORCE INDEX (PRIMARY) SET chd_seen = ?, chd_touched = ?
    WHERE chd_lock IS NULL AND chd_disabled = 0 AND chd_seen < ? AND chd_site IN (";

const UNLOCK: &str = "UPDATE {wb_changes_dispatch} SET chd_lock = ? WHERE chd_site = ? AND chd_lock = ?";

const SEEK: &str = "UPDATE {wb_changes_dispatch} SET chd_seen = ?, chd_lock = NULL
    WHERE chd_site = ? AND chd_seen = ? AND chd_lock <=> ?";

/// The lock that a row must hold, whoever wrote it.
pub(super) fn lock_of(expected: Option<&str>) -> Value {
    expected.map(|lock| lock_value::bytes_of(lock).into_owned()).into()
}

fn positional<const N: usize>(values: [Value; N]) -> Params {
    Params::Positional(values.into())
}

impl DispatchStates for MysqlStore {
    fn all_states(&mut self) -> Result<Vec<StateRow>> {
        self.read_rows(|| "cannot read the dispatch states".to_owned(), ALL, AFTER_NOTES)
    }

    fn state(&mut self, client: &SiteId) -> Result<Option<StateRow>> {
        let doing = || format!("cannot read the dispatch state of {client}");
        self.read_rows(doing, ONE, client.as_str()).map(|mut rows| rows.pop())
    }

    fn site_width(&mut self) -> Result<usize> {
        let doing = || "cannot read the definition of wb_changes_dispatch".to_owned();
        let table = format!("{}wb_changes_dispatch", self.connection().prefix.as_str());
        self.read(doing, WIDTH, positional([table.into()]), |width: &mut Option<_>, row| {
            *width = usize::try_from(number(&row, 0)).ok();
            ControlFlow::Continue(())
        })
        .map(|width| width.unwrap_or(NARROW_SITE))
    }

    fn insert_states(&mut self, clients: &[&Client]) -> Result<usize> {
        let length = |client: &Client| client.site.as_str().len();
        if clients.iter().any(|client| length(client) > NARROW_SITE) {
            let width = self.site_width()?;
            if clients.iter().any(|client| length(client) > width) {
                let fitting: Vec<_> = clients.iter().copied().filter(|client| length(client) <= width).collect();
                return self.insert_states(&fitting);
            }
        }
        let mut made = 0;
        for clients in in_key_order(clients).chunks(MOST) {
            let group = repeated(clients);
            let doing = || format!("cannot initialise the dispatch state of {}", named(clients, |client| &client.site));
            let template = format!("{INSERT}{}", marks(NEW_STATE, group.len()));
            let values = group.iter().flat_map(|client| [client.site.as_str().into(), client.domain.in_state().into()]);
            let found = self.write(doing, &template, Params::Positional(values.collect()), |_| Ok(Outcome::NotYet))?;
            made += usize::try_from(found).unwrap_or(clients.len());
        }
        Ok(made)
    }

    fn update_domain(&mut self, client: &Client) -> Result<()> {
        let values = positional([client.domain.in_state().into(), client.site.as_str().into()]);
        let doing = || format!("cannot save the database domain of {}", client.site);
        self.write(doing, UPDATE_DOMAIN, values, |_| Ok(Outcome::NotYet)).map(drop)
    }

    fn claim_all(&mut self, claims: &[NewClaim<'_>]) -> Result<Vec<bool>> {
        let group = repeated(claims);
        let template = format!(
            "{CLAIM}{} END WHERE chd_disabled = 0 AND chd_site IN ({}) AND ({})",
            "WHEN ? THEN ? ".repeat(group.len()),
            marks("?", group.len()),
            vec!["(chd_site = ? AND chd_seen = ? AND chd_lock <=> ?)"; group.len()].join(" OR ")
        );
        let site = |claim: &NewClaim<'_>| Value::from(claim.client.as_str());
        let mut values: Vec<Value> = group.iter().flat_map(|claim| [site(claim), claim.lock.into()]).collect();
        values.extend(group.iter().map(site));
        values.extend(group.iter().flat_map(|claim| [site(claim), claim.seen.0.into(), lock_of(claim.expected)]));
        let life = claims.first().map(|claim| claim.life).unwrap_or_default();
        let sites: Vec<_> = claims.iter().map(|claim| claim.client).collect();
        let doing = || format!("cannot claim {}", named(claims, |claim| claim.client));
        let judge = |at: usize, row: &StateRow| {
            let claim = &claims[at];
            if row.lock.as_deref() == Some(claim.lock) {
                Outcome::Done
            } else if row.seen == claim.seen && row.lock.as_deref() == claim.expected {
                Outcome::NotYet
            } else {
                Outcome::Never
            }
        };
        self.resting_on(life, |store| store.write_all(&sites, doing, &template, Params::Positional(values), judge))
    }

    fn advance_all(&mut self, advances: &[Advance<'_>], touched: Timestamp) -> Result<Vec<bool>> {
        let group = repeated(advances);
        let template = format!(
            "{ADVANCE}{} END WHERE chd_site IN ({}) AND ({})",
            "WHEN ? THEN ? ".repeat(group.len()),
            marks("?", group.len()),
            vec!["(chd_site = ? AND chd_seen = ? AND chd_lock = ?)"; group.len()].join(" OR ")
        );
        let site = |advance: &Advance<'_>| Value::from(advance.client.as_str());
        let mut values: Vec<Value> = vec![touched.to_mw().into()];
        values.extend(group.iter().flat_map(|advance| [site(advance), advance.to.0.into()]));
        values.extend(group.iter().map(site));
        values.extend(group.iter().flat_map(|advance| [site(advance), advance.seen.0.into(), advance.lock.into()]));
        self.write_all(
            &advances.iter().map(|advance| advance.client).collect::<Vec<_>>(),
            || match advances {
                [advance] => format!("cannot save position {} for {}", advance.to, advance.client),
                _ => format!("cannot save the positions of {}", named(advances, |advance| advance.client)),
            },
            &template,
            Params::Positional(values),
            |at, row| {
                let advance = &advances[at];
                if row.lock.as_deref() == Some(advance.lock) {
                    Outcome::NotYet
                } else if row.seen >= advance.to {
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

    fn disable(&mut self, client: &SiteId) -> Result<bool> {
        let values = positional([client.as_str().into()]);
        let doing = || format!("cannot disable {client}");
        self.write_one(client, doing, DISABLE, values, |row| {
            if row.has_left {
                Outcome::Never
            } else if row.disabled {
                Outcome::Done
            } else {
                Outcome::NotYet
            }
        })
    }

    fn enable(&mut self, client: &SiteId, after: ChangeId) -> Result<bool> {
        let values = positional([after.0.into(), client.as_str().into()]);
        let doing = || format!("cannot enable {client}");
        self.forget_sent_to_disabled(client)?;
        self.write_one(client, doing, ENABLE, values, |row| {
            if row.has_left {
                Outcome::Never
            } else if row.disabled {
                Outcome::NotYet
            } else if row.seen >= after {
                Outcome::Done
            } else {
                Outcome::Never
            }
        })
    }

    fn fast_forward(
        &mut self,
        clients: &[(SiteId, ChangeId)],
        to: ChangeId,
        touched: Timestamp,
        life: Life,
    ) -> Result<usize> {
        let mut clients: Vec<_> = clients.iter().map(|(site, seen)| (site.as_str(), seen.0)).collect();
        clients.sort_unstable();
        let mut moved = 0;
        for group in clients.chunks(MOST) {
            let count = group.len();
            let group = repeated(group);
            let (sites, pairs) = (marks("?", group.len()), marks("(?,?)", group.len()));
            let template = format!("{FAST_FORWARD}{sites}) AND (chd_site, chd_seen) IN ({pairs})");
            let mut values = vec![to.0.into(), touched.to_mw().into(), to.0.into()];
            values.extend(group.iter().map(|(site, _)| Value::from(*site)));
            values.extend(group.iter().flat_map(|(site, seen)| [Value::from(*site), Value::from(*seen)]));
            let doing = || format!("cannot move {count} clients to position {to}");
            let found = self.resting_on(life, |store| {
                store.write(doing, &template, Params::Positional(values), |_| Ok(Outcome::NotYet))
            })?;
            moved += usize::try_from(found).unwrap_or(count);
        }
        Ok(moved)
    }

    fn seek(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>, to: ChangeId, life: Life) -> Result<bool> {
        let values = positional([to.0.into(), client.as_str().into(), seen.0.into(), lock_of(lock)]);
        let doing = || format!("cannot set {client} to position {to}");
        self.resting_on(life, |store| {
            store.write_one(client, doing, SEEK, values, |row| {
                let has_left = if to > seen { row.seen >= to } else { row.seen < seen };
                if row.seen == seen && row.lock.as_deref() == lock {
                    Outcome::NotYet
                } else if has_left {
                    Outcome::Done
                } else {
                    Outcome::Never
                }
            })
        })
    }
}

impl MysqlStore {
    fn read_rows(&mut self, doing: impl Fn() -> String, condition: &str, value: &str) -> Result<Vec<StateRow>> {
        let mut read = |rows: &str| {
            let template = format!("{rows} {condition}");
            self.read(&doing, &template, positional([value.into()]), |rows: &mut Vec<_>, row| {
                rows.push(row_of(&row));
                ControlFlow::Continue(())
            })
        };
        let [all, without_receipts, alone] = ROWS;
        let is_lacking = |found: &Result<_>| matches!(found, Err(error) if error.kind() == ErrorKind::SchemaMissing);
        let mut found = read(all);
        for rows in [without_receipts, alone] {
            if is_lacking(&found) {
                found = read(rows);
            }
        }
        found
    }

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

    /// Runs one statement that is a compare-and-set on the row of each of `clients`; tells of each whether it did. When the
    /// answer is lost, or was no for some, the rows are looked at.
    fn write_all(
        &mut self,
        clients: &[&SiteId],
        doing: impl Fn() -> String,
        template: &str,
        values: Params,
        judge: impl Fn(usize, &StateRow) -> Outcome,
    ) -> Result<Vec<bool>> {
        let all = u64::try_from(clients.len()).unwrap_or(u64::MAX);
        let mut outcomes = None;
        let found = self.write(doing, template, values, |store| {
            let judged = store.judge_all(clients, &judge)?;
            let is_left_to_do = judged.contains(&Outcome::NotYet);
            outcomes = Some(judged);
            Ok(if is_left_to_do { Outcome::NotYet } else { Outcome::Done })
        })?;
        if outcomes.is_none() && (found == all || found == 0) {
            return Ok(vec![found == all; clients.len()]);
        }
        let judged = match outcomes {
            Some(judged) if !judged.contains(&Outcome::NotYet) => judged,
            _ => self.judge_all(clients, &judge)?,
        };
        Ok(judged.into_iter().map(|outcome| outcome == Outcome::Done).collect())
    }

    fn judge_all(&mut self, clients: &[&SiteId], judge: impl Fn(usize, &StateRow) -> Outcome) -> Result<Vec<Outcome>> {
        let group = repeated(clients);
        let template = format!("{SOME}{})", marks("?", group.len()));
        let values = group.iter().map(|client| Value::from(client.as_str())).collect();
        let doing = || format!("cannot read the dispatch state of {}", named(clients, |client| client));
        let rows = self.read(doing, &template, Params::Positional(values), |rows: &mut Vec<StateRow>, row| {
            rows.push(row_of(&row));
            ControlFlow::Continue(())
        })?;
        Ok(clients
            .iter()
            .enumerate()
            .map(|(at, client)| {
                let row = rows.iter().find(|row| row.site == client.as_str());
                row.map_or(Outcome::Never, |row| judge(at, row))
            })
            .collect())
    }
}

fn row_of(row: &Row) -> StateRow {
    StateRow {
        site: text(row, 0),
        domain: text(row, 1),
        seen: ChangeId(row.get(2).unwrap_or_default()),
        touched: Timestamp::parse_mw(&text(row, 3)),
        lock: bytes(row, 4).map(lock_value::text_of),
        disabled: number(row, 5) != 0,
        has_left: number(row, 5) == LEFT,
        mark: ClientMark::read(text(row, 6), &text(row, 7), &text(row, 8)),
        reported: Reported::read(&text(row, 9), &text(row, 10)),
        sent: Sent::parse(&text(row, 11)),
    }
}
