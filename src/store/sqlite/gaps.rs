//! What the horizon is found by on SQLite. There is one writer, so ids become visible in order and a missing one is dead; what is
//! missing is written down all the same, since rows can still come from elsewhere: a restored file, an import with ids of its own.

use rusqlite::{OptionalExtension, params};

use super::{SqliteStore, change_buffer::text};
use crate::{
    domain::{
        change::ChangeId,
        horizon::{IdRange, Life, Moment, Observations},
        ledger::{BufferNote, MissingRun, Witness, WitnessNow},
        time::Timestamp,
    },
    error::Result,
    store::{HorizonStatements, Look, ledger::BUFFER},
};

/// Bytes that MediaWiki binds as text are compared as such.
const LOOK: &str = "SELECT (SELECT COUNT(*) FROM {wb_changes} WHERE change_id > ?1),
        (SELECT COALESCE(MAX(change_id), 0) FROM {wb_changes}),
        CAST(strftime('%s', 'now') AS INTEGER),
        note.chd_seen, note.chd_touched, note.chd_lock,
        newest.change_id, newest.change_time, newest.change_revision_id,
        same.change_time, same.change_revision_id,
        oldest.change_time, oldest.change_revision_id
    FROM (SELECT 1) LEFT JOIN {wb_changes_dispatch} AS note ON note.chd_site = ?2
        LEFT JOIN {wb_changes} AS newest ON newest.change_id = (SELECT MAX(change_id) FROM {wb_changes})
        LEFT JOIN {wb_changes} AS same ON same.change_id = note.chd_seen
        LEFT JOIN {wb_changes} AS oldest
            ON oldest.change_id = (SELECT MIN(change_id) FROM {wb_changes} WHERE change_id < note.chd_seen)";

const HAS_LATE: &str = "SELECT EXISTS (SELECT 1 FROM {wb_changes_late} WHERE cla_site > '')";

/// What is missing lies before a row; the row `?2` counts as there.
const MISSING: &str = "SELECT previous + 1, id - 1 FROM (
        SELECT id, LAG(id, 1, ?1) OVER (ORDER BY id) AS previous FROM (
            SELECT change_id AS id FROM {wb_changes} WHERE change_id > ?1 AND change_id < ?2 UNION ALL SELECT ?2))
    WHERE id > previous + 1 ORDER BY id LIMIT ?3";

const NOTE_RUN: &str = "INSERT OR IGNORE INTO {wb_changes_ledger} (chl_first, chl_last, chl_step, chl_noted)
    VALUES (?1, ?2, ?3, strftime('%Y%m%d%H%M%S', 'now'))";

const WRITE_NOTE: &str =
    "INSERT INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)
    VALUES (?1, '', ?2, ?3, ?4, 1)
    ON CONFLICT (chd_site) DO UPDATE SET chd_seen = excluded.chd_seen, chd_touched = excluded.chd_touched,
        chd_lock = excluded.chd_lock";

impl HorizonStatements for SqliteStore {
    fn observations(&mut self) -> &mut Observations {
        &mut self.observations
    }

    fn connections_made(&self) -> u64 {
        0
    }

    fn has_one_writer(&self) -> bool {
        true
    }

    fn others_may_write(&self) -> bool {
        false
    }

    fn look(&mut self, from: ChangeId) -> Result<Look> {
        let has_ledger = self.has_ledger();
        let look = self.try_to_look(from, has_ledger).map_err(|error| self.failed("cannot find the horizon", error))?;
        self.looked = Some(look.clone());
        Ok(look)
    }

    fn missing(&mut self, start: ChangeId, last: ChangeId, most: usize) -> Result<(Vec<IdRange>, Moment)> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(&self.sql(MISSING))
            .and_then(|mut statement| {
                let range =
                    |row: &rusqlite::Row<'_>| Ok(IdRange { first: ChangeId(row.get(0)?), last: ChangeId(row.get(1)?) });
                statement.query_map(params![start.0, last.0, most], range)?.collect()
            })
            .map(|ranges| (ranges, Moment::default()))
            .map_err(|error| self.failed("cannot find the horizon", error))
    }

    fn is_held(&mut self, _range: IdRange) -> Result<bool> {
        Ok(false)
    }

    fn has_lock_waits(&mut self) -> Result<bool> {
        Ok(false)
    }

    fn note_settled(&mut self, _life: Life, _epoch: u16, _upto: ChangeId, _missing: Option<(IdRange, Moment)>) {}

    fn forget_settled(&mut self, _settled: ChangeId) -> Result<()> {
        Ok(())
    }

    fn note_missing(&mut self, _life: Life, runs: &[MissingRun]) -> Result<()> {
        let doing = || format!("cannot write {} runs of missing ids into the ledger", runs.len());
        self.change_each(runs, NOTE_RUN, doing, |statement, run| {
            statement.execute(params![run.first.0, run.last.0, run.step])
        })
        .map(drop)
    }

    fn write_buffer_note(&mut self, _life: Life, note: &BufferNote) -> Result<()> {
        let (id, time) =
            note.witness.as_ref().map_or((0, "00000000000000"), |witness| (witness.id.0, witness.time.as_str()));
        self.change_one(WRITE_NOTE, params![BUFFER, id, time, note.to_text()], || {
            "cannot save the note of the change buffer".to_owned()
        })
        .map(drop)
    }
}

impl SqliteStore {
    /// Whether the tables of the ledger are there. Once they are, they stay.
    pub(super) fn has_ledger(&mut self) -> bool {
        self.has_ledger = self.has_ledger || self.has_tables_of_ledger();
        self.has_ledger
    }

    fn try_to_look(&self, from: ChangeId, has_ledger: bool) -> rusqlite::Result<Look> {
        let ledger = if has_ledger {
            Some(self.connection.prepare_cached(&self.sql(HAS_LATE))?.query_row([], |row| row.get(0))?)
        } else {
            None
        };
        let look = self.connection.prepare_cached(&self.sql(LOOK))?.query_row(params![from.0, BUFFER], |row| {
            let optional = |column| row.get_ref(column).map(|value| value.as_bytes_or_null().ok().flatten().is_some());
            let newest = match row.get::<_, Option<u64>>(6)? {
                Some(id) => Some(Witness { id: ChangeId(id), time: text(row, 7)?, revision: row.get(8)? }),
                None => None,
            };
            let note = match row.get::<_, Option<u64>>(3)? {
                Some(id) => BufferNote::parse(ChangeId(id), &text(row, 4)?, &text(row, 5)?),
                None => None,
            };
            let same_id = if optional(9)? { Some((text(row, 9)?, row.get(10)?)) } else { None };
            let oldest_before = if optional(11)? { Some((text(row, 11)?, row.get(12)?)) } else { None };
            Ok(Look {
                count: row.get(0)?,
                last: ChangeId(row.get(1)?),
                now: Timestamp::from_unix(row.get(2)?),
                note,
                newest,
                witness_now: WitnessNow { same_id, oldest_before },
                ledger,
                ..Look::default()
            })
        });
        look.optional().map(Option::unwrap_or_default)
    }
}
