//! What has been settled, written down for the next process.
//!
//! Whether a missing range is dead takes seconds to tell, and jobs often run in a process of their own each: one that only
//! remembers what it has seen itself would find every gap young, and never pass it. So a row of the table of dispatch
//! states that belongs to no client keeps the highest id that was found settled (as its seen) and the gap that holds the
//! horizon back, with the time since when it is known (as its lock), and in which epoch of the buffer that was (as its database). It also keeps the count of rows that finds gaps short.
//!
//! The row is disabled, so older dispatchers and prunings pass over it, and its name is no possible site id. It can be
//! deleted at any time: that costs a grace period.

use mysql_async::{Params, Row};

use super::{MysqlStore, subscriptions::text, tries::Outcome};
use crate::{
    domain::{
        change::ChangeId,
        horizon::{IdRange, Life, Moment},
    },
    error::Result,
};

/// The row's site. The control character keeps it from being one.
pub(super) const SETTLED: &str = "\u{1}settled";

const NOTE: &str = "INSERT INTO {wb_changes_dispatch} (chd_site, chd_db, chd_seen, chd_touched, chd_lock, chd_disabled)
    VALUES (?, ?, ?, DATE_FORMAT(UTC_TIMESTAMP(), '%Y%m%d%H%i%s'), ?, 1)
    ON DUPLICATE KEY UPDATE chd_seen = IF(chd_db = VALUES(chd_db), GREATEST(chd_seen, VALUES(chd_seen)), VALUES(chd_seen)),
        chd_db = VALUES(chd_db), chd_touched = VALUES(chd_touched),
        chd_lock = VALUES(chd_lock)";

const FORGET: &str = "DELETE FROM {wb_changes_dispatch} WHERE chd_site = ? AND chd_seen = ?";

impl MysqlStore {
    /// See [`HorizonStatements::note_settled`](crate::store::HorizonStatements::note_settled).
    pub(super) fn save_settled(&mut self, life: Life, epoch: u16, upto: ChangeId, missing: Option<(IdRange, Moment)>) {
        let missing = missing.map(|(range, since)| format!("{}:{}:{}", range.first, range.last, since.0));
        let values = vec![SETTLED.into(), format!("{epoch:x}").into(), upto.0.into(), missing.into()];
        // If it fails, the next process looks for itself. A fault that matters shows in the next statement.
        let _ = self.resting_on(life, |store| {
            store.write(String::new, NOTE, Params::Positional(values), |_| Ok(Outcome::Never))
        });
    }

    /// Forgets what was written down, if it still is `settled`.
    pub(super) fn delete_settled(&mut self, settled: ChangeId) -> Result<()> {
        let doing = || format!("cannot forget that all up to {settled} is settled");
        let values = vec![SETTLED.into(), settled.0.into()];
        self.write(doing, FORGET, Params::Positional(values), |_| Ok(Outcome::NotYet)).map(drop)
    }
}

/// Reads what [`MysqlStore::save_settled`] wrote of a missing range.
pub(super) fn noted(row: &Row, column: usize) -> Option<(IdRange, Moment)> {
    parse(&text(row, column))
}

fn parse(text: &str) -> Option<(IdRange, Moment)> {
    let numbers: Vec<u64> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match numbers[..] {
        [first, last, since] => Some((IdRange { first: ChangeId(first), last: ChangeId(last) }, Moment(since))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::site::SiteId;

    #[test]
    fn no_client_can_have_the_rows_name() {
        assert_eq!(SiteId::parse(SETTLED), None);
    }

    #[test]
    fn what_is_no_note_is_none() {
        assert!(parse("11:12:1800000000000").is_some_and(|(range, _)| range.last == ChangeId(12)));
        for text in ["", "11:12", "a:b:c", "1:2:3:4", "wd1c:1:2"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
