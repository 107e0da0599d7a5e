//! Many places of `wb_changes` at once on SQLite.

use rusqlite::params;

use super::{SqliteStore, change_buffer::text};
use crate::{domain::change::ChangeId, error::Result, store::Backlog};

/// `?1` is a JSON array of ids.
const FIRST_AFTER: &str = "SELECT change_id, change_time FROM json_each(?1) AS position JOIN {wb_changes}
    ON change_id = (SELECT MIN(change_id) FROM {wb_changes} WHERE change_id > position.value AND change_id <= ?2)";

impl Backlog for SqliteStore {
    fn first_after(&mut self, positions: &[ChangeId], upto: ChangeId) -> Result<Vec<(ChangeId, String)>> {
        let numbers: Vec<u64> = positions.iter().map(|id| id.0).collect();
        let numbers = serde_json::to_string(&numbers).expect("a list of numbers can be written");
        self.connection
            .prepare_cached(&self.sql(FIRST_AFTER))
            .and_then(|mut statement| {
                statement
                    .query_map(params![numbers, upto.0], |row| Ok((ChangeId(row.get(0)?), text(row, 1)?)))?
                    .collect()
            })
            .map_err(|error| self.failed("cannot find the oldest changes that clients have not seen", error))
    }
}
