//! Both tables at once on SQLite.

use rusqlite::params;

use super::{SqliteStore, change_buffer::text, dispatch_states::row_of};
use crate::{
    domain::change::ChangeId,
    error::Result,
    store::{Backlog, StateRow, pruning::PRUNED},
};

const OLDEST_UNSEEN: &str = "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled,
        (SELECT change_time FROM {wb_changes} WHERE change_id > chd_seen AND change_id <= ?1 ORDER BY change_id LIMIT 1)
    FROM {wb_changes_dispatch} WHERE chd_site <> ?2";

impl Backlog for SqliteStore {
    fn oldest_unseen(&mut self, upto: ChangeId) -> Result<Vec<(StateRow, Option<String>)>> {
        self.connection
            .prepare_cached(&self.sql(OLDEST_UNSEEN))
            .and_then(|mut statement| {
                statement
                    .query_map(params![upto.0, PRUNED], |row| {
                        Ok((row_of(row)?, Some(text(row, 6)?).filter(|time| !time.is_empty())))
                    })?
                    .collect()
            })
            .map_err(|error| self.failed("cannot find out how far the clients are behind", error))
    }
}
