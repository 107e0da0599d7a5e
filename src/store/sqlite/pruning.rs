//! Pruning on SQLite.

use rusqlite::{Row, params};

use super::{
    SqliteStore,
    change_buffer::{number, text},
};
use crate::{
    domain::{change::ChangeId, prune::PruneNote, time::Timestamp},
    error::Result,
    store::{Pruning, pruning::PRUNED},
};

const NOTE: &str = "SELECT CAST(strftime('%s', 'now') AS INTEGER), chd_seen, chd_touched, chd_lock
    FROM (SELECT 1) LEFT JOIN {wb_changes_dispatch} ON chd_site = ?1";

const WRITE_NOTE: &str =
    "INSERT INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)
    VALUES (?1, '', ?2, ?3, ?4, 1)
    ON CONFLICT (chd_site) DO UPDATE SET chd_seen = ?2, chd_touched = ?3, chd_lock = ?4";

const OLDEST: &str =
    "SELECT change_id, change_time FROM {wb_changes} WHERE change_id <= ?1 ORDER BY change_id LIMIT ?2";

/// `?1` is a JSON array of ids.
const DELETE: &str = "DELETE FROM {wb_changes} WHERE change_id IN (SELECT value FROM json_each(?1))";

impl Pruning for SqliteStore {
    fn prune_note(&mut self) -> Result<(Option<PruneNote>, Timestamp)> {
        self.connection
            .prepare_cached(&self.sql(NOTE))
            .and_then(|mut statement| {
                statement.query_row([PRUNED], |row| Ok((note_of(row)?, Timestamp::from_unix(row.get(0)?))))
            })
            .map_err(|error| self.failed("cannot read when changes were pruned last", error))
    }

    fn write_prune_note(&mut self, note: PruneNote) -> Result<()> {
        self.connection
            .prepare_cached(&self.sql(WRITE_NOTE))
            .and_then(|mut statement| {
                statement.execute(params![PRUNED, note.ripe.0, note.at.to_mw(), note.to_text()]).map(drop)
            })
            .map_err(|error| self.failed("cannot save when changes were pruned", error))
    }

    fn oldest_changes(&mut self, upto: ChangeId, limit: usize) -> Result<Vec<(ChangeId, String)>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(&self.sql(OLDEST))
            .and_then(|mut statement| {
                statement.query_map(params![upto.0, limit], |row| Ok((ChangeId(row.get(0)?), text(row, 1)?)))?.collect()
            })
            .map_err(|error| self.failed("cannot read the oldest changes", error))
    }

    fn delete_changes(&mut self, ids: &[ChangeId]) -> Result<usize> {
        let numbers: Vec<u64> = ids.iter().map(|id| id.0).collect();
        let numbers = serde_json::to_string(&numbers).expect("a list of numbers can be written");
        self.connection
            .prepare_cached(&self.sql(DELETE))
            .and_then(|mut statement| statement.execute([numbers]))
            .map_err(|error| self.failed(format_args!("cannot delete {} changes", ids.len()), error))
    }
}

fn note_of(row: &Row<'_>) -> rusqlite::Result<Option<PruneNote>> {
    let (ripe, at) = (ChangeId(number(row, 1)?), Timestamp::parse_mw(&text(row, 2)?));
    let note = text(row, 3)?;
    Ok(at.and_then(|at| PruneNote::parse(ripe, at, &note)))
}
