//! The ledger on MariaDB and MySQL.

use std::{fmt::Write as _, ops::ControlFlow};

use mysql_async::{Params, Value};

use super::{MysqlStore, change_buffer::number, groups::MOST, settled::SETTLED, subscriptions::text, tries::Outcome};
use crate::{
    domain::{
        change::ChangeId,
        horizon::Life,
        ledger::{BufferNote, LateChange, MissingRun},
        site::SiteId,
        time::Timestamp,
    },
    error::{ErrorKind, Result},
    store::{LateRecord, Ledger, ledger::BUFFER},
};

/// Names the server that runs the statement, in the 32 bytes of `chd_db`. Nodes of a cluster may share all but the folder.
pub(super) const WRITER: &str =
    "CONCAT_WS(' ', LEFT(MD5(@@datadir), 8), LEFT(CONCAT_WS(' ', @@server_id, @@port, @@hostname), 23))";

/// The same as a number: short enough for each row of many.
pub(super) const READER: &str = "CRC32(CONCAT_WS(' ', @@datadir, @@server_id, @@port, @@hostname))";

const RUNS: &str = "SELECT chl_first, chl_last, chl_step FROM {wb_changes_ledger} ORDER BY chl_first";

const IN_RUNS: &str = "SELECT change_id FROM {wb_changes} FORCE INDEX (PRIMARY) WHERE";

const UNRECORDED: &str =
    "AND NOT EXISTS (SELECT 1 FROM {wb_changes_late} WHERE cla_site = '' AND cla_change = change_id)";

const NOTE_RUNS: &str = "INSERT IGNORE INTO {wb_changes_ledger} (chl_first, chl_last, chl_step, chl_noted) VALUES ";

const RECORDED: &str = "SELECT cla_change FROM {wb_changes_late} WHERE cla_site = '' AND cla_change IN (";

const RECORD: &str = "INSERT INTO {wb_changes_late} (cla_site, cla_change, cla_found) VALUES ";

const UNDELIVERED: &str =
    "SELECT cla_site, cla_change, cla_found FROM {wb_changes_late} WHERE cla_site > '' ORDER BY cla_site, cla_change";

const DELIVERED: &str = "DELETE FROM {wb_changes_late} WHERE cla_site = ? AND cla_change IN (";

const RECORDS: &str = "SELECT cla_change, cla_found FROM {wb_changes_late} WHERE cla_site = '' ORDER BY cla_found DESC, cla_change DESC LIMIT ?";

const FOUND: &str = "SELECT cla_found FROM {wb_changes_late} WHERE cla_site = '' AND cla_change = ?";

const FIRST: &str = "SELECT MIN(change_id) FROM {wb_changes}";

const FORGET_RUNS: &str = "DELETE FROM {wb_changes_ledger} WHERE chl_last < ? AND NOT (chl_first = 1 AND chl_last = ?)";

const FORGET_RECORDS: &str = "DELETE FROM {wb_changes_late} WHERE cla_change < ?";

const ALL_RUNS: &str = "DELETE FROM {wb_changes_ledger}";

const ALL_RECORDS: &str = "DELETE FROM {wb_changes_late}";

/// Its ids mean nothing any more.
const ALL_SENT: &str = "DELETE FROM {wb_changes_sent}";

const NOTES: &str = "DELETE FROM {wb_changes_dispatch} WHERE chd_site IN (?, ?)";

/// Runs that one statement looks for.
const RUNS_AT_ONCE: usize = 200;

impl Ledger for MysqlStore {
    fn find_late(&mut self, most: usize) -> Result<Vec<ChangeId>> {
        if self.known.has_ledger == Some(false) {
            return Ok(Vec::new());
        }
        let runs = match self.runs() {
            Err(error) if error.kind() == ErrorKind::SchemaMissing => {
                self.known.has_ledger = Some(false);
                return Ok(Vec::new());
            }
            other => other?,
        };
        let mut found = Vec::new();
        for runs in runs.chunks(RUNS_AT_ONCE) {
            found.extend(self.unrecorded_in(runs, most)?);
            if found.len() >= most {
                break;
            }
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(most);
        Ok(found)
    }

    fn record_late(&mut self, records: &[LateRecord], now: Timestamp) -> Result<bool> {
        let doing = || format!("cannot record {} late changes", records.len());
        let rows: Vec<(&str, ChangeId)> = records
            .iter()
            .flat_map(|record| {
                let clients = record.clients.iter().map(|client| (client.as_str(), record.change));
                std::iter::once(("", record.change)).chain(clients)
            })
            .collect();
        if rows.is_empty() {
            return Ok(true);
        }
        let template = format!("{RECORD}{}", vec!["(?, ?, ?)"; rows.len()].join(","));
        let values =
            rows.iter().flat_map(|(site, change)| [Value::from(*site), change.0.into(), now.to_mw().into()]).collect();
        let changes: Vec<ChangeId> = records.iter().map(|record| record.change).collect();
        let written = self.write(doing, &template, Params::Positional(values), |store| {
            let left = store.unrecorded(changes.clone())?;
            Ok(if left.is_empty() { Outcome::Done } else { Outcome::NotYet })
        });
        match written {
            Ok(_) => Ok(true),
            // There is one already: somebody else has found the same.
            Err(error)
                if error.kind() == ErrorKind::StoreFailed
                    && self.unrecorded(changes.clone())?.len() < changes.len() =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn undelivered(&mut self) -> Result<Vec<(String, LateChange)>> {
        if self.known.has_ledger == Some(false) {
            return Ok(Vec::new());
        }
        let doing = || "cannot read which late changes are to be delivered".to_owned();
        let read = self.read(doing, UNDELIVERED, Params::Empty, |found: &mut Vec<_>, row| {
            let at = Timestamp::parse_mw(&text(&row, 2)).unwrap_or_default();
            found.push((text(&row, 0), LateChange { id: ChangeId(number(&row, 1)), found: at }));
            ControlFlow::Continue(())
        });
        self.without_tables(read)
    }

    fn late_were_delivered(&mut self, client: &SiteId, changes: &[ChangeId]) -> Result<()> {
        for group in changes.chunks(MOST) {
            let doing = || format!("cannot save that {client} has got {} late changes", group.len());
            let template = format!("{DELIVERED}{})", vec!["?"; group.len()].join(","));
            let mut values = vec![Value::from(client.as_str())];
            values.extend(group.iter().map(|change| Value::from(change.0)));
            self.write(doing, &template, Params::Positional(values), |_| Ok(Outcome::NotYet))?;
        }
        Ok(())
    }

    fn late_changes(&mut self, most: usize) -> Result<Vec<LateChange>> {
        if self.known.has_ledger == Some(false) {
            return Ok(Vec::new());
        }
        let doing = || "cannot read which changes were late".to_owned();
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let read = self.read(doing, RECORDS, Params::Positional(vec![most.into()]), |found: &mut Vec<_>, row| {
            let at = Timestamp::parse_mw(&text(&row, 1)).unwrap_or_default();
            found.push(LateChange { id: ChangeId(number(&row, 0)), found: at });
            ControlFlow::Continue(())
        });
        self.without_tables(read)
    }

    fn late_change(&mut self, change: ChangeId) -> Result<Option<LateChange>> {
        if self.known.has_ledger == Some(false) {
            return Ok(None);
        }
        let doing = || format!("cannot read whether change {change} was late");
        let values = Params::Positional(vec![change.0.into()]);
        let read = self.read(doing, FOUND, values, |found: &mut Option<LateChange>, row| {
            let at = Timestamp::parse_mw(&text(&row, 0)).unwrap_or_default();
            *found = Some(LateChange { id: change, found: at });
            ControlFlow::Continue(())
        });
        self.without_tables(read)
    }

    fn begin_epoch(&mut self, now: Timestamp) -> Result<()> {
        let Some(note) = self.looked.as_ref().and_then(|look| look.note_of_next_epoch(now)) else {
            return Ok(());
        };
        self.save_buffer_note(self.life, &note)?;
        if let Some(look) = &mut self.looked {
            look.note = Some(note);
        }
        Ok(())
    }

    fn was_compared(&mut self, now: Timestamp) -> Result<()> {
        let note = self.looked.as_ref().and_then(|look| look.note_after_comparison(now));
        note.map_or(Ok(()), |note| self.save_buffer_note(self.life, &note))
    }

    fn tidy_ledger(&mut self, seen: ChangeId) -> Result<()> {
        if self.known.has_ledger == Some(false) {
            return Ok(());
        }
        let doing = || "cannot tidy the ledger".to_owned();
        let first = self.read(doing, FIRST, Params::Empty, |first: &mut Option<ChangeId>, row| {
            *first = row.get::<Option<u64>, _>(0).flatten().map(ChangeId);
            ControlFlow::Continue(())
        })?;
        let Some(first) = first.map(|first| first.min(ChangeId(seen.0 + 1))).filter(|first| *first > ChangeId(1))
        else {
            return Ok(());
        };
        let end = first.back(1);
        let run = MissingRun { first: ChangeId(1), last: end, step: 0 };
        let noted = self.save_runs(self.life, &[run]);
        self.without_tables(noted)?;
        let values = Params::Positional(vec![first.0.into(), end.0.into()]);
        let forgotten = self.write(doing, FORGET_RUNS, values, |_| Ok(Outcome::NotYet)).map(drop);
        self.without_tables(forgotten)?;
        let values = Params::Positional(vec![first.0.into()]);
        let forgotten = self.write(doing, FORGET_RECORDS, values, |_| Ok(Outcome::NotYet)).map(drop);
        self.without_tables(forgotten)
    }

    fn begin_new_life(&mut self) -> Result<()> {
        let doing = || "cannot forget the earlier life of the change buffer".to_owned();
        if self.known.has_ledger != Some(false) {
            for template in [ALL_RUNS, ALL_RECORDS] {
                let forgotten = self.write(doing, template, Params::Empty, |_| Ok(Outcome::NotYet)).map(drop);
                self.without_tables(forgotten)?;
            }
        }
        match self.write(doing, ALL_SENT, Params::Empty, |_| Ok(Outcome::NotYet)) {
            Err(error) if error.kind() != ErrorKind::SchemaMissing => return Err(error),
            _ => {}
        }
        let values = Params::Positional(vec![SETTLED.into(), BUFFER.into()]);
        self.write(doing, NOTES, values, |_| Ok(Outcome::NotYet))?;
        self.known.observations.forget();
        Ok(())
    }
}

impl MysqlStore {
    /// Where the tables are not there, nothing was found.
    fn without_tables<T: Default>(&mut self, result: Result<T>) -> Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::SchemaMissing => {
                self.known.has_ledger = Some(false);
                Ok(T::default())
            }
            other => other,
        }
    }

    fn runs(&mut self) -> Result<Vec<MissingRun>> {
        let doing = || "cannot read the ledger".to_owned();
        self.read(doing, RUNS, Params::Empty, |runs: &mut Vec<_>, row| {
            runs.push(MissingRun {
                first: ChangeId(number(&row, 0)),
                last: ChangeId(number(&row, 1)),
                step: number(&row, 2),
            });
            ControlFlow::Continue(())
        })
    }

    /// Ids of rows that lie in these runs, and of which nobody has made a record.
    fn unrecorded_in(&mut self, runs: &[MissingRun], most: usize) -> Result<Vec<ChangeId>> {
        let mut conditions = String::new();
        for run in runs {
            let separator = if conditions.is_empty() { "" } else { " OR " };
            let (first, last, step) = (run.first, run.last, run.step);
            // Numbers of our own making: as parameters, each number of runs would make another statement all the same.
            let _ = write!(conditions, "{separator}(change_id BETWEEN {first} AND {last}");
            if step > 0 {
                let _ = write!(conditions, " AND MOD(change_id - {first}, {step}) <> {}", step - 1);
            }
            conditions.push(')');
        }
        let template = format!("{IN_RUNS} ({conditions}) {UNRECORDED} ORDER BY change_id LIMIT {most}");
        let doing = || "cannot compare the ledger with the change buffer".to_owned();
        self.read(doing, &template, Params::Empty, |found: &mut Vec<ChangeId>, row| {
            found.push(ChangeId(number(&row, 0)));
            ControlFlow::Continue(())
        })
    }

    /// Those of `changes` that nobody has made a record of.
    fn unrecorded(&mut self, mut changes: Vec<ChangeId>) -> Result<Vec<ChangeId>> {
        if changes.is_empty() {
            return Ok(changes);
        }
        let doing = || "cannot read which changes were late".to_owned();
        let mut recorded = Vec::new();
        for group in changes.chunks(MOST) {
            let template = format!("{RECORDED}{})", vec!["?"; group.len()].join(","));
            let values = Params::Positional(group.iter().map(|change| change.0.into()).collect());
            let found: Vec<ChangeId> = self.read(doing, &template, values, |found: &mut Vec<_>, row| {
                found.push(ChangeId(number(&row, 0)));
                ControlFlow::Continue(())
            })?;
            recorded.extend(found);
        }
        changes.retain(|change| !recorded.contains(change));
        Ok(changes)
    }

    /// See [`HorizonStatements::note_missing`](crate::store::HorizonStatements::note_missing).
    pub(super) fn save_runs(&mut self, life: Life, runs: &[MissingRun]) -> Result<()> {
        for group in runs.chunks(MOST) {
            let doing = || format!("cannot write {} runs of missing ids into the ledger", group.len());
            let one = "(?, ?, ?, DATE_FORMAT(UTC_TIMESTAMP(), '%Y%m%d%H%i%s'))";
            let template = format!("{NOTE_RUNS}{}", vec![one; group.len()].join(","));
            let values =
                group.iter().flat_map(|run| [run.first.0.into(), run.last.0.into(), run.step.into()]).collect();
            self.resting_on(life, |store| {
                store.write(doing, &template, Params::Positional(values), |_| Ok(Outcome::NotYet))
            })?;
        }
        Ok(())
    }

    /// See [`HorizonStatements::write_buffer_note`](crate::store::HorizonStatements::write_buffer_note).
    pub(super) fn save_buffer_note(&mut self, life: Life, note: &BufferNote) -> Result<()> {
        let doing = || "cannot save the note of the change buffer".to_owned();
        let template = format!(
            "INSERT INTO {{wb_changes_dispatch}} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)
            VALUES (?, {WRITER}, ?, ?, ?, 1)
            ON DUPLICATE KEY UPDATE chd_db = VALUES(chd_db), chd_seen = VALUES(chd_seen),
                chd_touched = VALUES(chd_touched), chd_lock = VALUES(chd_lock)"
        );
        let (id, time) =
            note.witness.as_ref().map_or((0, "00000000000000"), |witness| (witness.id.0, witness.time.as_str()));
        let values = vec![BUFFER.into(), id.into(), time.into(), note.to_text().into()];
        self.resting_on(life, |store| {
            store.write(doing, &template, Params::Positional(values), |_| Ok(Outcome::NotYet)).map(drop)
        })
    }
}
