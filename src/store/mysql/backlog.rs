//! Many places of `wb_changes` at once on MariaDB and MySQL.
//!
//! Each place is a constant of a statement that asks for many: then the server looks each up by the primary key. Where it has to
//! take it from a row of another table (a subquery for each row of the dispatch states, say), it reads the whole buffer
//! for each.

use std::ops::ControlFlow;

use mysql_async::Params;

use super::{MysqlStore, change_buffer::number, groups::repeated, subscriptions::text};
use crate::{domain::change::ChangeId, error::Result, store::Backlog};

const FIRST_AFTER: &str = "(SELECT change_id, change_time FROM {wb_changes} FORCE INDEX (PRIMARY)
    WHERE change_id > ? AND change_id <= ? ORDER BY change_id LIMIT 1)";

/// Places asked for at once. What a server needs for a union grows with its parts.
const AT_ONCE: usize = 250;

impl Backlog for MysqlStore {
    fn first_after(&mut self, positions: &[ChangeId], upto: ChangeId) -> Result<Vec<(ChangeId, String)>> {
        let mut found = Vec::new();
        for group in positions.chunks(AT_ONCE) {
            let group = repeated(group);
            let template = vec![FIRST_AFTER; group.len()].join(" UNION ALL ");
            let values = group.iter().flat_map(|position| [position.0.into(), upto.0.into()]).collect();
            let doing = || "cannot find the oldest changes that clients have not seen".to_owned();
            found.extend(self.read(doing, &template, Params::Positional(values), |rows: &mut Vec<_>, row| {
                rows.push((ChangeId(number(&row, 0)), text(&row, 1)));
                ControlFlow::Continue(())
            })?);
        }
        Ok(found)
    }
}
