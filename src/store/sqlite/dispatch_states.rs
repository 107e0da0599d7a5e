//! `wb_changes_dispatch` on SQLite.

use rusqlite::{Row, Statement, TransactionBehavior, params};

use super::{
    SqliteStore,
    change_buffer::{number, text},
};
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
    store::{
        Advance, DispatchStates, NewClaim, StateRow,
        ledger::AFTER_NOTES,
        lock_value::{self, bytes_of},
        named,
        rollout::LEFT,
    },
};

const ROWS: &str =
    "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled, cc_version, cc_formats, cc_time,
        crc_receipts, crc_time, csn_passes
    FROM {wb_changes_dispatch} LEFT JOIN {wb_changes_client} ON cc_site = chd_site
        LEFT JOIN {wb_changes_receipt} ON crc_site = chd_site LEFT JOIN {wb_changes_sent} ON csn_site = chd_site";

/// Where the tables of receipts have yet to be made.
const ROWS_WITHOUT_RECEIPTS: &str =
    "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled, cc_version, cc_formats, cc_time, NULL, NULL, NULL
    FROM {wb_changes_dispatch} LEFT JOIN {wb_changes_client} ON cc_site = chd_site";

/// Where the table of marks has yet to be made.
const ROWS_ALONE: &str =
    "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled, NULL, NULL, NULL, NULL, NULL, NULL
    FROM {wb_changes_dispatch}";

const ALL: &str = "WHERE chd_site >= ?1";

const ONE: &str = "WHERE chd_site = ?1";

const INSERT: &str =
    "INSERT OR IGNORE INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)
    VALUES (?1, ?2, 0, '00000000000000', NULL, 0)";

const UPDATE_DOMAIN: &str = "UPDATE {wb_changes_dispatch} SET chd_db = ?2 WHERE chd_site = ?1";

/// A text and a blob of the same bytes differ here, and others may have written either.
const CLAIM: &str = "UPDATE {wb_changes_dispatch} SET chd_lock = ?4
    WHERE chd_site = ?1 AND chd_seen = ?2 AND CAST(chd_lock AS BLOB) IS ?3 AND chd_disabled = 0";

const ADVANCE: &str = "UPDATE {wb_changes_dispatch} SET chd_seen = ?4, chd_touched = ?5, chd_lock = NULL
    WHERE chd_site = ?1 AND chd_seen = ?2 AND chd_lock = ?3";

const DISABLE: &str = "UPDATE {wb_changes_dispatch} SET chd_disabled = 1 WHERE chd_site = ?1 AND chd_disabled = 0";

const ENABLE: &str = "UPDATE {wb_changes_dispatch} SET chd_disabled = 0, chd_seen = ?2, chd_lock = NULL
    WHERE chd_site = ?1 AND chd_disabled = 1";

const UNLOCK: &str = "UPDATE {wb_changes_dispatch} SET chd_lock = ?3 WHERE chd_site = ?1 AND chd_lock = ?2";

const SEEK: &str = "UPDATE {wb_changes_dispatch} SET chd_seen = ?4, chd_lock = NULL
    WHERE chd_site = ?1 AND chd_seen = ?2 AND CAST(chd_lock AS BLOB) IS ?3";

/// `?1` is a JSON array of [site, seen] pairs.
const FAST_FORWARD: &str = "UPDATE {wb_changes_dispatch} SET chd_seen = ?2, chd_touched = ?3
    WHERE chd_lock IS NULL AND chd_disabled = 0 AND chd_seen < ?2 AND (chd_site, chd_seen) IN
        (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?1))";

impl DispatchStates for SqliteStore {
    fn all_states(&mut self) -> Result<Vec<StateRow>> {
        let rows =
            self.read_rows(ALL, AFTER_NOTES).map_err(|error| self.failed("cannot read the dispatch states", error))?;
        self.orphans.clear();
        Ok(rows.into_iter().map(|row| self.as_read(row)).collect())
    }

    fn state(&mut self, client: &SiteId) -> Result<Option<StateRow>> {
        let mut rows = self
            .read_rows(ONE, client.as_str())
            .map_err(|error| self.failed(format_args!("cannot read the dispatch state of {client}"), error))?;
        Ok(rows.pop().map(|row| self.as_read(row)))
    }

    fn own_token(&mut self, token: Token) -> Token {
        self.guard.mark(token)
    }

    fn insert_states(&mut self, clients: &[&Client]) -> Result<usize> {
        let doing = || format!("cannot initialise the dispatch state of {}", named(clients, |client| &client.site));
        let made = self.change_each(clients, INSERT, doing, |statement, client| {
            statement.execute(params![client.site.as_str(), client.domain.in_state()])
        })?;
        Ok(made.into_iter().filter(|made| *made).count())
    }

    fn update_domain(&mut self, client: &Client) -> Result<()> {
        self.change_one(UPDATE_DOMAIN, params![client.site.as_str(), client.domain.in_state()], || {
            format!("cannot save the database domain of {}", client.site)
        })
        .map(drop)
    }

    fn claim_all(&mut self, claims: &[NewClaim<'_>]) -> Result<Vec<bool>> {
        let doing = || format!("cannot claim {}", named(claims, |claim| claim.client));
        for claim in claims {
            self.guard.hold(claim.lock);
        }
        let expected: Vec<_> = claims.iter().map(|claim| (claim, self.as_is(claim.expected))).collect();
        let made = self.change_each(&expected, CLAIM, doing, |statement, (claim, expected)| {
            let expected = expected.as_deref().map(bytes_of);
            statement.execute(params![claim.client.as_str(), claim.seen.0, expected, claim.lock])
        });
        for (at, claim) in claims.iter().enumerate() {
            if !made.as_ref().is_ok_and(|made| made[at]) {
                self.guard.let_go(claim.lock);
            }
        }
        made
    }

    fn advance_all(&mut self, advances: &[Advance<'_>], touched: Timestamp) -> Result<Vec<bool>> {
        let touched = touched.to_mw();
        let doing = || match advances {
            [advance] => format!("cannot save position {} for {}", advance.to, advance.client),
            _ => format!("cannot save the positions of {}", named(advances, |advance| advance.client)),
        };
        let moved = self.change_each(advances, ADVANCE, doing, |statement, advance| {
            statement.execute(params![advance.client.as_str(), advance.seen.0, advance.lock, advance.to.0, touched])
        })?;
        for advance in advances {
            self.guard.let_go(advance.lock);
        }
        Ok(moved)
    }

    fn unlock(&mut self, client: &SiteId, lock: &str, by: Option<&str>) -> Result<bool> {
        let unlocked = self
            .change_one(UNLOCK, params![client.as_str(), lock, by], || format!("cannot release the claim of {client}"));
        // Where the disk is full nothing can be written, and nobody is to wait until the claim expires.
        self.guard.let_go(lock);
        unlocked
    }

    fn disable(&mut self, client: &SiteId) -> Result<bool> {
        self.change_one(DISABLE, params![client.as_str()], || format!("cannot disable {client}"))
    }

    fn enable(&mut self, client: &SiteId, after: ChangeId) -> Result<bool> {
        self.forget_sent_to_disabled(client)?;
        self.change_one(ENABLE, params![client.as_str(), after.0], || format!("cannot enable {client}"))
    }

    fn fast_forward(
        &mut self,
        clients: &[(SiteId, ChangeId)],
        to: ChangeId,
        touched: Timestamp,
        _life: Life,
    ) -> Result<usize> {
        if clients.is_empty() {
            return Ok(0);
        }
        let pairs: Vec<_> = clients.iter().map(|(site, seen)| (site.as_str(), seen.0)).collect();
        let pairs = serde_json::to_string(&pairs).expect("a list of strings and numbers can be written");
        self.connection
            .prepare_cached(&self.sql(FAST_FORWARD))
            .and_then(|mut statement| statement.execute(params![pairs, to.0, touched.to_mw()]))
            .map_err(|error| self.failed(format_args!("cannot move {} clients to position {to}", clients.len()), error))
    }

    fn seek(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>, to: ChangeId, _life: Life) -> Result<bool> {
        let lock = self.as_is(lock);
        self.change_one(SEEK, params![client.as_str(), seen.0, lock.as_deref().map(bytes_of), to.0], || {
            format!("cannot set {client} to position {to}")
        })
    }
}

impl SqliteStore {
    fn read_rows(&self, condition: &str, value: &str) -> rusqlite::Result<Vec<StateRow>> {
        let read = |rows: &str| {
            self.connection
                .prepare_cached(&self.sql(&format!("{rows} {condition}")))
                .and_then(|mut statement| statement.query_map([value], row_of)?.collect())
        };
        match read(ROWS) {
            Err(_) if self.lacks_marks() => read(ROWS_ALONE),
            Err(_) if self.lacks_receipts() => read(ROWS_WITHOUT_RECEIPTS),
            other => other,
        }
    }

    /// A claim that is nobody's any more is shown as one that has expired.
    fn as_read(&mut self, row: StateRow) -> StateRow {
        let shown = self.guard.as_read(row.lock.clone());
        if let (Some(shown), Some(is)) = (&shown, &row.lock)
            && shown != is
        {
            self.orphans.insert(shown.clone(), is.clone());
        }
        StateRow { lock: shown, ..row }
    }

    /// What the row holds where [`SqliteStore::as_read`] has shown this.
    pub(super) fn as_is(&self, shown: Option<&str>) -> Option<String> {
        shown.map(|shown| self.orphans.get(shown).cloned().unwrap_or_else(|| shown.to_owned()))
    }

    /// Runs a statement that changes one row or none for each of `items`, in one transaction; tells of each which.
    pub(super) fn change_each<T>(
        &mut self,
        items: &[T],
        template: &str,
        doing: impl FnOnce() -> String,
        mut change: impl FnMut(&mut Statement<'_>, &T) -> rusqlite::Result<usize>,
    ) -> Result<Vec<bool>> {
        let sql = self.sql(template);
        let changed =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
                let mut statement = transaction.prepare_cached(&sql)?;
                let changed: Vec<bool> = items
                    .iter()
                    .map(|item| change(&mut statement, item).map(|changed| changed == 1))
                    .collect::<rusqlite::Result<_>>()?;
                drop(statement);
                transaction.commit()?;
                Ok(changed)
            });
        changed.map_err(|error| self.failed(doing(), error))
    }

    /// Runs a statement that changes one row or none; tells which.
    pub(super) fn change_one(
        &self,
        template: &str,
        values: impl rusqlite::Params,
        doing: impl FnOnce() -> String,
    ) -> Result<bool> {
        self.connection
            .prepare_cached(&self.sql(template))
            .and_then(|mut statement| statement.execute(values))
            .map(|changed| changed == 1)
            .map_err(|error| self.failed(doing(), error))
    }
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<StateRow> {
    let lock = row.get_ref(4)?.as_bytes_or_null()?.map(lock_value::text_of);
    Ok(StateRow {
        site: text(row, 0)?,
        domain: text(row, 1)?,
        seen: ChangeId(number(row, 2)?),
        touched: Timestamp::parse_mw(&text(row, 3)?),
        lock,
        disabled: number(row, 5)? != 0,
        has_left: number(row, 5)? == LEFT,
        mark: ClientMark::read(text(row, 6)?, &text(row, 7)?, &text(row, 8)?),
        reported: Reported::read(&text(row, 9)?, &text(row, 10)?),
        sent: Sent::parse(&text(row, 11)?),
    })
}
