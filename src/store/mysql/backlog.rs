//! Both tables at once on MariaDB and MySQL.

use std::ops::ControlFlow;

use mysql_async::Params;

use super::{MysqlStore, dispatch_states::row_of, settled::SETTLED, subscriptions::text};
use crate::{
    domain::change::ChangeId,
    error::Result,
    store::{Backlog, StateRow, pruning::PRUNED},
};

/// For each row one look at the primary key of the changes, inside the server.
const OLDEST_UNSEEN: &str = "SELECT chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled,
        (SELECT change_time FROM {wb_changes} WHERE change_id > chd_seen AND change_id <= ? ORDER BY change_id LIMIT 1)
    FROM {wb_changes_dispatch} WHERE chd_site NOT IN (?, ?)";

impl Backlog for MysqlStore {
    fn oldest_unseen(&mut self, upto: ChangeId) -> Result<Vec<(StateRow, Option<String>)>> {
        let doing = || "cannot find out how far the clients are behind".to_owned();
        let values = Params::Positional(vec![upto.0.into(), SETTLED.into(), PRUNED.into()]);
        self.read(doing, OLDEST_UNSEEN, values, |rows: &mut Vec<_>, row| {
            rows.push((row_of(&row), Some(text(&row, 6)).filter(|time| !time.is_empty())));
            ControlFlow::Continue(())
        })
    }
}
