//! `wb_changes_sent` and `wb_changes_aside` on SQLite.

use rusqlite::{ToSql, TransactionBehavior, params};

use super::{
    SqliteStore,
    change_buffer::{number, text},
};
use crate::{
    domain::{
        change::ChangeId,
        sent::{AsideChange, Sent},
        site::SiteId,
        time::Timestamp,
    },
    error::Result,
    store::{Advance, SentPasses, lock_value::bytes_of, named},
};

/// If the claim still holds.
const NOTE_SENT: &str = "INSERT INTO {wb_changes_sent} (csn_site, csn_passes)
    SELECT chd_site, ?4 FROM {wb_changes_dispatch} WHERE chd_site = ?1 AND chd_seen = ?2 AND chd_lock = ?3
    ON CONFLICT (csn_site) DO UPDATE SET csn_passes = excluded.csn_passes";

const FORGET_SENT: &str = "DELETE FROM {wb_changes_sent} WHERE csn_site = ?1 AND EXISTS
    (SELECT 1 FROM {wb_changes_dispatch} WHERE chd_site = ?1 AND chd_seen = ?2 AND chd_lock IS ?3)";

/// A client that is enabled begins another stream where an admin says.
const FORGET_SENT_TO_DISABLED: &str = "DELETE FROM {wb_changes_sent} WHERE csn_site = ?1 AND EXISTS
    (SELECT 1 FROM {wb_changes_dispatch} WHERE chd_site = ?1 AND chd_disabled = 1)";

const SET_ASIDE: &str =
    "INSERT OR IGNORE INTO {wb_changes_aside} (cas_site, cas_change, cas_entity, cas_time) VALUES (?1, ?2, ?3, ?4)";

const ASIDE: &str = "SELECT cas_site, cas_change, cas_entity, cas_time FROM {wb_changes_aside}
    ORDER BY cas_time DESC, cas_change DESC LIMIT ?1";

const ASIDE_FOR: &str = "SELECT cas_site, cas_change, cas_entity, cas_time FROM {wb_changes_aside}
    WHERE cas_site = ?1 ORDER BY cas_change";

const TELL_AGAIN: &str = "INSERT OR REPLACE INTO {wb_changes_late} (cla_site, cla_change, cla_found)
    SELECT cas_site, cas_change, ?3 FROM {wb_changes_aside} WHERE cas_site = ?1 AND cas_change = ?2";

const NO_LONGER_ASIDE: &str = "DELETE FROM {wb_changes_aside} WHERE cas_site = ?1 AND cas_change = ?2";

impl SentPasses for SqliteStore {
    fn note_sent(&mut self, notes: &[(&Advance<'_>, &Sent)]) -> Result<()> {
        if notes.is_empty() || self.lacks_receipts() {
            return Ok(());
        }
        let doing = || format!("cannot note what was sent to {}", named(notes, |(advance, _)| advance.client));
        self.change_each(notes, NOTE_SENT, doing, |statement, (advance, sent)| {
            statement.execute(params![advance.client.as_str(), advance.seen.0, advance.lock, sent.to_text()])
        })
        .map(drop)
    }

    fn forget_sent(&mut self, client: &SiteId, seen: ChangeId, lock: Option<&str>) -> Result<()> {
        let lock = self.as_is(lock);
        self.forget(client, FORGET_SENT, params![client.as_str(), seen.0, lock.as_deref().map(bytes_of)])
    }

    fn set_aside(&mut self, client: &SiteId, change: ChangeId, entity: &str, now: Timestamp) -> Result<()> {
        if self.lacks_receipts() {
            return Ok(());
        }
        self.change_one(SET_ASIDE, params![client.as_str(), change.0, entity, now.to_mw()], || {
            format!("cannot set change {change} aside for {client}")
        })
        .map(drop)
    }

    fn aside(&mut self, most: usize) -> Result<Vec<AsideChange>> {
        if self.lacks_receipts() {
            return Ok(Vec::new());
        }
        self.read_aside(ASIDE, params![most])
    }

    fn aside_for(&mut self, client: &SiteId) -> Result<Vec<AsideChange>> {
        if self.lacks_receipts() {
            return Ok(Vec::new());
        }
        self.read_aside(ASIDE_FOR, params![client.as_str()])
    }

    fn take_up(&mut self, client: &SiteId, change: ChangeId, now: Timestamp) -> Result<bool> {
        let (tell_again, no_longer_aside) = (self.sql(TELL_AGAIN), self.sql(NO_LONGER_ASIDE));
        let taken_up =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
                transaction.execute(&tell_again, params![client.as_str(), change.0, now.to_mw()])?;
                let found = transaction.execute(&no_longer_aside, params![client.as_str(), change.0])?;
                transaction.commit()?;
                Ok(found > 0)
            });
        taken_up.map_err(|error| self.failed(format_args!("cannot take change {change} up again for {client}"), error))
    }
}

impl SqliteStore {
    fn read_aside(&self, template: &str, values: impl rusqlite::Params) -> Result<Vec<AsideChange>> {
        let found = self.connection.prepare_cached(&self.sql(template)).and_then(|mut statement| {
            let rows = statement.query_map(values, |row| {
                let at = Timestamp::parse_mw(&text(row, 3)?).unwrap_or_default();
                Ok(AsideChange { client: text(row, 0)?, change: ChangeId(number(row, 1)?), entity: text(row, 2)?, at })
            })?;
            rows.collect()
        });
        found.map_err(|error| self.failed("cannot read which changes were set aside", error))
    }

    /// To be done before it is enabled. Of a client that is enabled already, nothing is forgotten.
    pub(super) fn forget_sent_to_disabled(&self, client: &SiteId) -> Result<()> {
        self.forget(client, FORGET_SENT_TO_DISABLED, params![client.as_str()])
    }

    fn forget(&self, client: &SiteId, template: &str, values: &[&dyn ToSql]) -> Result<()> {
        if self.lacks_receipts() {
            return Ok(());
        }
        self.change_one(template, values, || format!("cannot forget what was sent to {client}")).map(drop)
    }
}
