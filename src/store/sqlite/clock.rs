//! The clock of an embedded database is its host's.

use super::SqliteStore;
use crate::{domain::time::Timestamp, error::Result, store::Clock};

const NOW: &str = "SELECT CAST(strftime('%s', 'now') AS INTEGER)";

impl Clock for SqliteStore {
    fn now(&mut self) -> Result<Timestamp> {
        self.connection
            .prepare_cached(NOW)
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map(Timestamp::from_unix)
            .map_err(|error| self.failed("cannot read the clock", error))
    }
}
