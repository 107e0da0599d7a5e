//! `wb_changes` on MariaDB and MySQL.

use std::ops::ControlFlow;

use mysql_async::{Params, Row, Value};

use super::{MysqlStore, ledger::READER};
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
pub(super) const INFO: &str =
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
        self.keep_to_the_horizon(upto);
        let rows = i64::try_from(limit.rows).unwrap_or(i64::MAX);
        let values = vec![after.0.into(), upto.0.into(), rows.into()];
        let info = INFO.replace("{most}", &change_info::MOST_BYTES.to_string());
        let template = READ.replace("{info}", &info).replace("{reader}", READER);
        let (read, is_by_replica) = self.read_bulk(
            || format!("cannot read the changes after {after}"),
            &template,
            Params::Positional(values),
            |read: &mut Read, mut row| {
                read.reader = Some(number(&row, 8));
                let change = change_of(&mut row);
                read.bytes += change.info.len();
                read.changes.push(change);
                read.is_cut = read.bytes >= limit.bytes || read.changes.len() == limit.rows;
                if read.is_cut { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        )?;
        if !is_by_replica {
            self.check_reader_of(after, upto, read.reader)?;
        }
        let reached = read.changes.last().filter(|_| read.is_cut).map_or(upto, |change| change.id);
        Ok(Chunk { changes: read.changes, reached })
    }
}

impl MysqlStore {
    /// A replica was only asked about what the horizon counted.
    pub(super) fn keep_to_the_horizon(&mut self, upto: ChangeId) {
        if upto > self.last_visible {
            self.replicas.stand_back();
        }
    }

    /// Changes after `after` and up to `upto` were read where `reader` says, if there were any.
    pub(super) fn check_reader_of(&mut self, after: ChangeId, upto: ChangeId, reader: Option<u64>) -> Result<()> {
        let reader = match reader {
            None if after < upto => self.who_answers()?,
            reader => reader,
        };
        self.check_who_reads(reader)
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

/// Takes the change out of the row: what the driver has copied is not copied again.
pub(super) fn change_of(row: &mut Row) -> Change {
    let (revision, user, length) = (number(row, 4), number(row, 5), number(row, 7));
    let id = ChangeId(number(row, 0));
    let mut bytes = |column| match row.take(column) {
        Some(Value::Bytes(bytes)) => Some(bytes),
        _ => None,
    };
    let mut text = |column| {
        let bytes = bytes(column).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    };
    let (kind, time, entity) = (text(1), text(2), text(3));
    let info = bytes(6).unwrap_or_else(|| change_info::too_long(length));
    Change { id, kind, time, entity, revision, user, info }
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
