//! The ledger on SQLite.

use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{SqliteStore, change_buffer::text};
use crate::{
    domain::{change::ChangeId, horizon::Life, ledger::LateChange, site::SiteId, time::Timestamp},
    error::Result,
    store::{HorizonStatements, LateRecord, Ledger, ledger::BUFFER},
};

const FIND: &str = "SELECT DISTINCT change_id FROM {wb_changes_ledger} CROSS JOIN {wb_changes}
        ON change_id BETWEEN chl_first AND chl_last AND (chl_step = 0 OR (change_id - chl_first) % chl_step <> chl_step - 1)
    WHERE NOT EXISTS (SELECT 1 FROM {wb_changes_late} WHERE cla_site = '' AND cla_change = change_id)
    ORDER BY change_id LIMIT ?1";

const RECORD: &str = "INSERT INTO {wb_changes_late} (cla_site, cla_change, cla_found) VALUES (?1, ?2, ?3)";

const IS_RECORDED: &str = "SELECT 1 FROM {wb_changes_late} WHERE cla_site = '' AND cla_change = ?1";

const UNDELIVERED: &str =
    "SELECT cla_site, cla_change, cla_found FROM {wb_changes_late} WHERE cla_site > '' ORDER BY cla_site, cla_change";

const DELIVERED: &str = "DELETE FROM {wb_changes_late} WHERE cla_site = ?1 AND cla_change = ?2";

const RECORDS: &str = "SELECT cla_change, cla_found FROM {wb_changes_late} WHERE cla_site = '' ORDER BY cla_found DESC, cla_change DESC LIMIT ?1";

const FOUND: &str = "SELECT cla_found FROM {wb_changes_late} WHERE cla_site = '' AND cla_change = ?1";

const FIRST: &str = "SELECT MIN(change_id) FROM {wb_changes}";

/// In one transaction.
const TIDY: [&str; 3] = [
    "INSERT OR IGNORE INTO {wb_changes_ledger} (chl_first, chl_last, chl_step, chl_noted)
        VALUES (1, ?1 - 1, 0, strftime('%Y%m%d%H%M%S', 'now'))",
    "DELETE FROM {wb_changes_ledger} WHERE chl_last < ?1 AND NOT (chl_first = 1 AND chl_last = ?1 - 1)",
    "DELETE FROM {wb_changes_late} WHERE cla_change < ?1",
];

const FORGET_NOTE: &str = "DELETE FROM {wb_changes_dispatch} WHERE chd_site = ?1";

impl Ledger for SqliteStore {
    fn find_late(&mut self, most: usize) -> Result<Vec<ChangeId>> {
        if !self.has_ledger() {
            return Ok(Vec::new());
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(&self.sql(FIND))
            .and_then(|mut statement| statement.query_map([most], |row| row.get(0).map(ChangeId))?.collect())
            .map_err(|error| self.failed("cannot compare the ledger with the change buffer", error))
    }

    fn record_late(&mut self, records: &[LateRecord], now: Timestamp) -> Result<bool> {
        let (record, is_recorded) = (self.sql(RECORD), self.sql(IS_RECORDED));
        let now = now.to_mw();
        let recorded =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
                for late in records {
                    let is_recorded = transaction.query_row(&is_recorded, [late.change.0], |_| Ok(())).optional()?;
                    if is_recorded.is_some() {
                        return Ok(false);
                    }
                    for site in std::iter::once("").chain(late.clients.iter().map(SiteId::as_str)) {
                        transaction.execute(&record, params![site, late.change.0, now])?;
                    }
                }
                transaction.commit()?;
                Ok(true)
            });
        recorded.map_err(|error| self.failed(format_args!("cannot record {} late changes", records.len()), error))
    }

    fn undelivered(&mut self) -> Result<Vec<(String, LateChange)>> {
        if !self.has_ledger() {
            return Ok(Vec::new());
        }
        self.connection
            .prepare_cached(&self.sql(UNDELIVERED))
            .and_then(|mut statement| {
                let late = |row: &rusqlite::Row<'_>| {
                    let found = Timestamp::parse_mw(&text(row, 2)?).unwrap_or_default();
                    Ok((text(row, 0)?, LateChange { id: ChangeId(row.get(1)?), found }))
                };
                statement.query_map([], late)?.collect()
            })
            .map_err(|error| self.failed("cannot read which late changes are to be delivered", error))
    }

    fn late_were_delivered(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()> {
        let doing = || format!("cannot save that {client} has got {} late changes", changes.len());
        self.change_each(changes, DELIVERED, doing, |statement, change| {
            statement.execute(params![client.as_str(), change.0])
        })
        .map(drop)
    }

    fn late_changes(&mut self, most: usize) -> Result<Vec<LateChange>> {
        if !self.has_ledger() {
            return Ok(Vec::new());
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(&self.sql(RECORDS))
            .and_then(|mut statement| {
                let late = |row: &rusqlite::Row<'_>| {
                    let found = Timestamp::parse_mw(&text(row, 1)?).unwrap_or_default();
                    Ok(LateChange { id: ChangeId(row.get(0)?), found })
                };
                statement.query_map([most], late)?.collect()
            })
            .map_err(|error| self.failed("cannot read which changes were late", error))
    }

    fn late_change(&mut self, change: ChangeId) -> Result<Option<LateChange>> {
        if !self.has_ledger() {
            return Ok(None);
        }
        self.connection
            .prepare_cached(&self.sql(FOUND))
            .and_then(|mut statement| statement.query_row([change.0], |row| text(row, 0)).optional())
            .map(|found| {
                let found = Timestamp::parse_mw(&found?).unwrap_or_default();
                Some(LateChange { id: change, found })
            })
            .map_err(|error| self.failed(format_args!("cannot read whether change {change} was late"), error))
    }

    fn begin_epoch(&mut self, now: Timestamp) -> Result<()> {
        let Some(note) = self.looked.as_ref().and_then(|look| look.note_of_next_epoch(now)) else {
            return Ok(());
        };
        self.write_buffer_note(Life::default(), &note)?;
        if let Some(look) = &mut self.looked {
            look.note = Some(note);
        }
        Ok(())
    }

    fn was_compared(&mut self, now: Timestamp) -> Result<()> {
        let note = self.looked.as_ref().and_then(|look| look.note_after_comparison(now));
        note.map_or(Ok(()), |note| self.write_buffer_note(Life::default(), &note))
    }

    fn tidy_ledger(&mut self, seen: ChangeId) -> Result<()> {
        if !self.has_ledger() {
            return Ok(());
        }
        let statements = TIDY.map(|template| self.sql(template));
        let first = self.sql(FIRST);
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                let first: Option<u64> = transaction.query_row(&first, [], |row| row.get(0))?;
                if let Some(first) = first.map(|first| first.min(seen.0 + 1)).filter(|first| *first > 1) {
                    for statement in &statements {
                        transaction.execute(statement, [first])?;
                    }
                }
                transaction.commit()
            })
            .map_err(|error| self.failed("cannot tidy the ledger", error))
    }

    fn begin_new_life(&mut self) -> Result<()> {
        let mut templates = vec![FORGET_NOTE.to_owned()];
        if self.has_ledger() {
            templates.extend(["{wb_changes_ledger}", "{wb_changes_late}"].map(|table| format!("DELETE FROM {table}")));
        }
        if !self.lacks_receipts() {
            templates.push("DELETE FROM {wb_changes_sent}".to_owned());
        }
        let statements: Vec<String> = templates.iter().map(|template| self.sql(template)).collect();
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                transaction.execute(&statements[0], [BUFFER])?;
                for statement in &statements[1..] {
                    transaction.execute(statement, [])?;
                }
                transaction.commit()
            })
            .map_err(|error| self.failed("cannot forget the earlier life of the change buffer", error))
    }
}
