//! `wb_changes` on MariaDB and MySQL.

use std::ops::ControlFlow;

use mysql_async::{Params, Row, Value};

use super::{
    MysqlStore,
    ledger::READER,
    subscriptions::{bytes, text},
};
use crate::{
    domain::{
        change::{Change, ChangeId},
        change_info,
        gap_holder::GapHolder,
        horizon::{GapRules, Horizon, Life},
    },
    error::Result,
    store::{ChangeBuffer, Chunk, ReadLimit, find_horizon},
};

/// What is too long is not asked for: the server refuses to send a row of more than `max_allowed_packet`, and with it all of them.
const INFO: &str =
    "IF(LENGTH(change_info) <= LEAST({most}, @@max_allowed_packet DIV 2), change_info, NULL), LENGTH(change_info)";

/// Each row says who read it, since a proxy may ask another server than the one that the horizon was found on.
const READ: &str =
    "SELECT change_id, change_type, change_time, change_object_id, change_revision_id, change_user_id, {info}, {reader}
    FROM {wb_changes} WHERE change_id > ? AND change_id <= ? ORDER BY change_id LIMIT ?";

/// MySQL says NULL of a table that has not given out any id, MariaDB 1.
pub(super) const HIGHEST_ALLOCATED: &str =
    "SELECT COALESCE(CAST(AUTO_INCREMENT AS SIGNED) - 1, (SELECT MAX(change_id) FROM {wb_changes}), 0)
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?";

const LAST_CHANGE: &str = "SELECT COALESCE(MAX(change_id), 0) FROM {wb_changes}";

impl ChangeBuffer for MysqlStore {
    fn life(&self) -> Life {
        self.life
    }

    fn horizon(&mut self, from: ChangeId, rules: GapRules) -> Result<Horizon> {
        let horizon = find_horizon(self, from, rules)?;
        self.last_visible = horizon.last;
        self.replicas.horizon_found(self.connections_made(), horizon.last);
        Ok(Horizon { life: self.life, ..horizon })
    }

    fn gap_holder(&mut self) -> GapHolder {
        self.find_gap_holder()
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

    fn last_change(&mut self) -> Result<ChangeId> {
        let doing = || "cannot find the last change".to_owned();
        self.read(doing, LAST_CHANGE, Params::Empty, |last: &mut ChangeId, row| {
            *last = ChangeId(number(&row, 0));
            ControlFlow::Continue(())
        })
    }

    fn read_changes(&mut self, after: ChangeId, upto: ChangeId, limit: ReadLimit) -> Result<Chunk> {
        // A replica was only asked about what the horizon counted.
        if upto > self.last_visible {
            self.replicas.stand_back();
        }
        let rows = i64::try_from(limit.rows).unwrap_or(i64::MAX);
        let values = vec![after.0.into(), upto.0.into(), rows.into()];
        let info = INFO.replace("{most}", &change_info::MOST_BYTES.to_string());
        let template = READ.replace("{info}", &info).replace("{reader}", READER);
        let (read, is_by_replica) = self.read_bulk(
            || format!("cannot read the changes after {after}"),
            &template,
            Params::Positional(values),
            |read: &mut Read, row| {
                read.reader = Some(number(&row, 8));
                let change = change_of(&row);
                read.bytes += change.info.len();
                read.changes.push(change);
                read.is_cut = read.bytes >= limit.bytes || read.changes.len() == limit.rows;
                if read.is_cut { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        )?;
        if !is_by_replica {
            let reader = match read.reader {
                None if after < upto => self.who_answers()?,
                reader => reader,
            };
            self.check_who_reads(reader)?;
        }
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
    /// Who answered.
    reader: Option<u64>,
}

fn change_of(row: &Row) -> Change {
    Change {
        id: ChangeId(number(row, 0)),
        kind: text(row, 1),
        time: text(row, 2),
        entity: text(row, 3),
        revision: number(row, 4),
        user: number(row, 5),
        info: bytes(row, 6).map_or_else(|| change_info::too_long(number(row, 7)), <[u8]>::to_vec),
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
