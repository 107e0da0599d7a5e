//! Finds out, for the status, which transactions may hold a gap. What the wiki's database user may not read stays unknown.

use std::ops::ControlFlow;

use mysql_async::Params;

use super::{MysqlStore, change_buffer::number};
use crate::{
    domain::gap_holder::{GapHolder, OpenTransactions},
    error::Result,
};

/// MariaDB answers everybody. MySQL does not prepare this statement; there the next one tells as much.
const PREPARED: &str = "XA RECOVER";

/// Needs the privilege PROCESS. `trx_started` is in the server's time zone, whatever the session's is. Transactions of less than a
/// minute are ordinary edits.
const WRITING: &str = "SELECT COUNT(IF(trx_mysql_thread_id = 0, 1, NULL)), COUNT(IF(trx_mysql_thread_id <> 0
        AND trx_started <= CONVERT_TZ(NOW(), '+00:00', 'SYSTEM') - INTERVAL 60 SECOND, 1, NULL))
    FROM information_schema.INNODB_TRX WHERE trx_rows_modified > 0";

impl MysqlStore {
    /// See [`ChangeBuffer::gap_holder`](crate::store::ChangeBuffer::gap_holder).
    pub(super) fn find_gap_holder(&mut self) -> GapHolder {
        let count = |count: &mut u64, _| {
            *count += 1;
            ControlFlow::Continue(())
        };
        let prepared = self.read(doing, PREPARED, Params::Empty, count).ok();
        let writing: Result<(u64, u64)> = self.read(doing, WRITING, Params::Empty, |counts, row| {
            *counts = (number(&row, 0), number(&row, 1));
            ControlFlow::Continue(())
        });
        let (detached, of_sessions) = writing.ok().unzip();
        GapHolder::among(OpenTransactions { prepared, detached, of_sessions })
    }
}

fn doing() -> String {
    "cannot tell which transaction holds a gap".to_owned()
}
