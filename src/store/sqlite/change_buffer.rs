//! `wb_changes` on SQLite.

use rusqlite::{OptionalExtension, Row, params};

use super::SqliteStore;
use crate::{
    domain::{
        change::{Change, ChangeId},
        change_info,
        horizon::{GapRules, Horizon, Life},
    },
    error::Result,
    store::{ChangeBuffer, Chunk, ReadLimit, find_horizon},
};

const HIGHEST_ALLOCATED: &str = "SELECT seq FROM sqlite_sequence WHERE name = ?1";

const READ: &str =
    "SELECT change_id, change_type, change_time, change_object_id, change_revision_id, change_user_id, change_info
    FROM {wb_changes} WHERE change_id > ?1 AND change_id <= ?2 ORDER BY change_id LIMIT ?3";

const LAST_CHANGE: &str = "SELECT COALESCE(MAX(change_id), 0) FROM {wb_changes}";

impl ChangeBuffer for SqliteStore {
    fn life(&self) -> Life {
        Life::default()
    }

    fn horizon(&mut self, from: ChangeId, rules: GapRules) -> Result<Horizon> {
        find_horizon(self, from, rules)
    }

    fn highest_allocated(&mut self) -> Result<Option<ChangeId>> {
        let table = format!("{}wb_changes", self.prefix.as_str());
        self.connection
            .prepare_cached(HIGHEST_ALLOCATED)
            .and_then(|mut statement| statement.query_row([table], |row| row.get(0)).optional())
            .map(|highest| highest.map(ChangeId))
            .map_err(|error| self.failed("cannot find the highest id ever given out", error))
    }

    fn last_change(&mut self) -> Result<ChangeId> {
        self.connection
            .prepare_cached(&self.sql(LAST_CHANGE))
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map(ChangeId)
            .map_err(|error| self.failed("cannot find the last change", error))
    }

    fn read_changes(&mut self, after: ChangeId, upto: ChangeId, limit: ReadLimit) -> Result<Chunk> {
        self.read(after, upto, limit)
            .map_err(|error| self.failed(format_args!("cannot read the changes after {after}"), error))
    }
}

impl SqliteStore {
    fn read(&self, after: ChangeId, upto: ChangeId, limit: ReadLimit) -> rusqlite::Result<Chunk> {
        let mut statement = self.connection.prepare_cached(&self.sql(READ))?;
        let rows = i64::try_from(limit.rows).unwrap_or(i64::MAX);
        let mut cursor = statement.query(params![after.0, upto.0, rows])?;
        let (mut changes, mut bytes) = (Vec::new(), 0);
        while let Some(row) = cursor.next()? {
            let change = change_of(row)?;
            bytes += change.info.len();
            let reached = change.id;
            changes.push(change);
            if bytes >= limit.bytes || changes.len() == limit.rows {
                return Ok(Chunk { changes, reached });
            }
        }
        Ok(Chunk { changes, reached: upto })
    }
}

fn change_of(row: &Row<'_>) -> rusqlite::Result<Change> {
    Ok(Change {
        id: ChangeId(row.get(0)?),
        kind: text(row, 1)?,
        time: text(row, 2)?,
        entity: text(row, 3)?,
        revision: number(row, 4)?,
        user: number(row, 5)?,
        info: match bytes(row, 6)? {
            info if info.len() > change_info::MOST_BYTES => change_info::too_long(info.len() as u64),
            info => info.to_vec(),
        },
    })
}

/// Columns that MySQL calls VARBINARY hold text or blobs here, whichever the writer bound; a row with bytes that are no
/// text must not keep the others from being read.
pub(super) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    bytes(row, column).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

fn bytes<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<&'r [u8]> {
    Ok(row.get_ref(column)?.as_bytes_or_null()?.unwrap_or_default())
}

/// Numbers that a writer may have bound as text; what is no number, NULL included, is 0.
pub(super) fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(column)? {
        ValueRef::Integer(number) => u64::try_from(number).unwrap_or(0),
        ValueRef::Text(text) => std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(0),
        _ => 0,
    })
}
