//! `wb_changes` on MariaDB and MySQL.

use std::{ops::ControlFlow, time::Duration};

use mysql_async::{Params, Row, Value};

use super::{
    MysqlStore,
    subscriptions::{bytes, text},
};
use crate::{
    domain::{
        change::{Change, ChangeId},
        horizon::{Horizon, Life},
    },
    error::Result,
    store::{ChangeBuffer, Chunk, ReadLimit},
};

const READ: &str =
    "SELECT change_id, change_type, change_time, change_object_id, change_revision_id, change_user_id, change_info
    FROM {wb_changes} WHERE change_id > ? AND change_id <= ? ORDER BY change_id LIMIT ?";

/// MySQL says NULL of a table that has not given out any id, MariaDB 1.
pub(super) const HIGHEST_ALLOCATED: &str =
    "SELECT COALESCE(CAST(AUTO_INCREMENT AS SIGNED) - 1, (SELECT MAX(change_id) FROM {wb_changes}), 0)
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";

impl ChangeBuffer for MysqlStore {
    fn life(&self) -> Life {
        self.life
    }

    fn horizon(&mut self, from: ChangeId, gap_grace: Duration) -> Result<Horizon> {
        let horizon = self.find_horizon(from, gap_grace)?;
        self.last_visible = horizon.last;
        self.replicas.horizon_found(self.connections_made(), horizon.last);
        Ok(Horizon { life: self.life, ..horizon })
    }

    fn highest_allocated(&mut self) -> Result<Option<ChangeId>> {
        let table = format!("{}wb_changes", self.connection().prefix.as_str());
        self.read(
            || "cannot find the highest id ever given out".to_owned(),
            HIGHEST_ALLOCATED,
            Params::Positional(vec![table.into()]),
            |highest: &mut Option<ChangeId>, row| {
                *highest = row.get::<Option<u64>, _>(0).flatten().map(ChangeId);
                ControlFlow::Continue(())
            },
        )
    }

    fn read_changes(&mut self, after: ChangeId, upto: ChangeId, limit: ReadLimit) -> Result<Chunk> {
        // A replica was only asked about what the horizon counted.
        if upto > self.last_visible {
            self.replicas.stand_back();
        }
        let rows = i64::try_from(limit.rows).unwrap_or(i64::MAX);
        let values = vec![after.0.into(), upto.0.into(), rows.into()];
        let read = self.read_bulk(
            || format!("cannot read the changes after {after}"),
            READ,
            Params::Positional(values),
            |read: &mut Read, row| {
                let change = change_of(&row);
                read.bytes += change.info.len();
                read.changes.push(change);
                read.is_cut = read.bytes >= limit.bytes || read.changes.len() == limit.rows;
                if read.is_cut { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        )?;
        let reached = read.changes.last().filter(|_| read.is_cut).map_or(upto, |change| change.id);
        Ok(Chunk { changes: read.changes, reached })
    }
}

/// What has been read so far.
#[derive(Default)]
struct Read {
    changes: Vec<Change>,
    bytes: usize,
    is_cut: bool,
}

fn change_of(row: &Row) -> Change {
    Change {
        id: ChangeId(number(row, 0)),
        kind: text(row, 1),
        time: text(row, 2),
        entity: text(row, 3),
        revision: number(row, 4),
        user: number(row, 5),
        info: bytes(row, 6).unwrap_or_default().to_vec(),
    }
}

/// What is no number, NULL included, is 0.
pub(super) fn number(row: &Row, column: usize) -> u64 {
    match row.as_ref(column) {
        Some(Value::UInt(number)) => *number,
        Some(Value::Int(number)) => u64::try_from(*number).unwrap_or(0),
        Some(Value::Bytes(bytes)) => {
            std::str::from_utf8(bytes).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
        }
        _ => 0,
    }
}
