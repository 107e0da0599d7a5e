//! Pruning on MariaDB and MySQL.
//!
//! What may be deleted is read on the primary, and deleted by its ids: a range of them would also lock the row behind its end for
//! a moment, which may be that of an edit that has not ended, and wait for it. By its id a row is locked alone.

use std::ops::ControlFlow;

use mysql_async::{Params, Row};

use super::{
    MysqlStore,
    change_buffer::number,
    dialect::Dialect,
    groups::{MOST, repeated},
    subscriptions::text,
    tries::Outcome,
};
use crate::{
    domain::{change::ChangeId, prune::PruneNote, time::Timestamp},
    error::Result,
    store::{Pruning, pruning::PRUNED},
};

const NOTE: &str = "SELECT UNIX_TIMESTAMP(), chd_seen, chd_touched, chd_lock
    FROM (SELECT 1) AS one LEFT JOIN {wb_changes_dispatch} ON chd_site = ?";

const WRITE_NOTE: &str =
    "INSERT INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)
    VALUES (?, '', ?, ?, ?, 1)
    ON DUPLICATE KEY UPDATE chd_seen = VALUES(chd_seen), chd_touched = VALUES(chd_touched), chd_lock = VALUES(chd_lock)";

const OLDEST: &str = "SELECT change_id, change_time FROM {wb_changes} WHERE change_id <= ? ORDER BY change_id LIMIT ?";

impl Pruning for MysqlStore {
    fn prune_note(&mut self) -> Result<(Option<PruneNote>, Timestamp)> {
        let doing = || "cannot read when changes were pruned last".to_owned();
        let values = Params::Positional(vec![PRUNED.into()]);
        let (note, now) = self.read(doing, NOTE, values, |(note, now): &mut (Option<PruneNote>, i64), row| {
            (*note, *now) = (note_of(&row), row.get(0).unwrap_or_default());
            ControlFlow::Continue(())
        })?;
        Ok((note, Timestamp::from_unix(now)))
    }

    fn write_prune_note(&mut self, note: PruneNote) -> Result<()> {
        let doing = || "cannot save when changes were pruned".to_owned();
        let values = vec![PRUNED.into(), note.ripe.0.into(), note.at.to_mw().into(), note.to_text().into()];
        self.write(doing, WRITE_NOTE, Params::Positional(values), |_| Ok(Outcome::NotYet)).map(drop)
    }

    fn oldest_changes(&mut self, upto: ChangeId, limit: usize) -> Result<Vec<(ChangeId, String)>> {
        let doing = || "cannot read the oldest changes".to_owned();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = Params::Positional(vec![upto.0.into(), limit.into()]);
        self.read(doing, OLDEST, values, |found: &mut Vec<_>, row| {
            found.push((ChangeId(number(&row, 0)), text(&row, 1)));
            ControlFlow::Continue(())
        })
    }

    fn delete_changes(&mut self, ids: &[ChangeId]) -> Result<usize> {
        let mut deleted = 0;
        for group in ids.chunks(MOST) {
            let doing = || format!("cannot delete {} changes", group.len());
            let group = repeated(group);
            let template = |dialect: Dialect| dialect.delete_by_id(group.len());
            let values = Params::Positional(group.iter().map(|id| id.0.into()).collect());
            // A second try does not find what the first one deleted.
            let found = self.write_as(doing, template, values, |_| Ok(Outcome::NotYet))?;
            deleted += usize::try_from(found).unwrap_or(group.len());
        }
        Ok(deleted)
    }
}

fn note_of(row: &Row) -> Option<PruneNote> {
    let at = Timestamp::parse_mw(&text(row, 2))?;
    PruneNote::parse(ChangeId(number(row, 1)), at, &text(row, 3))
}
