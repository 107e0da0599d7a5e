//! The horizon on MariaDB and MySQL: finds the ids that are missing, and asks of each range whether a transaction holds it (G7).
//!
//! 1. One statement counts the rows above what is settled and tells the highest id. As many as there are ids: nothing is
//!    missing, done. Only ids up to this highest one count, whatever becomes visible meanwhile.
//! 2. Else one statement lists the missing ranges, a bounded number of them; what lies behind them makes one more range, with
//!    rows in it. A cluster that gives out every fifth id has gaps everywhere, and this keeps it to a few statements.
//! 3. A range is asked about by a reading statement that locks, and fails at once where it would have to wait. `READ COMMITTED`
//!    sees to it that only rows are locked, never the space between them: it hinders no insert. Refused: a transaction holds
//!    a row in there (or the next row after it, which is careful, and passes). Not refused: nobody does.
//!
//! One primary takes the writes, as MediaWiki has it. On a cluster whose nodes all take edits a lock on another node does not show here.

use std::{ops::ControlFlow, time::Duration};

use mysql_async::Params;

use super::{MysqlStore, change_buffer::number, settled::SETTLED};
use crate::{
    domain::{
        change::ChangeId,
        horizon::{Gap, Horizon, IdRange, Life, Moment, first_in_flight},
    },
    error::{Error, ErrorKind, Result},
    store::ChangeBuffer,
};

/// The parentheses are constants to the optimiser: it looks them up once, and the count reads a range of the primary key. The count is
/// compared with the highest id of the very same rows; that of all rows is for when there are none above what is settled.
const LOOK: &str = "SELECT COUNT(*), COALESCE(MAX(change_id), (SELECT MAX(change_id) FROM {wb_changes})),
        (SELECT chd_seen FROM {wb_changes_dispatch} WHERE chd_site = ?),
        (SELECT chd_lock FROM {wb_changes_dispatch} WHERE chd_site = ?)
    FROM {wb_changes} WHERE change_id > GREATEST(?,
        COALESCE((SELECT chd_seen FROM {wb_changes_dispatch} WHERE chd_site = ?), 0))";

/// What is missing lies before a row, or after all: rows of the end may have been deleted since they were counted, and do not tell any more
/// what is missing before them.
const MISSING: &str = "(SELECT previous + 1, change_id - 1, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED) FROM (
        SELECT change_id, COALESCE(LAG(change_id) OVER (ORDER BY change_id), ?) AS previous
        FROM {wb_changes} WHERE change_id > ? AND change_id <= ?) AS pairs
    WHERE change_id > previous + 1 ORDER BY change_id LIMIT ?)
    UNION ALL (SELECT COALESCE(MAX(change_id), ?) + 1, ?, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)
    FROM {wb_changes} WHERE change_id > ? AND change_id <= ? HAVING COALESCE(MAX(change_id), ?) < ?)";

/// By a range of the primary key, or rows outside the range would be locked, too. What is counted is in no index, because MySQL reads the whole
/// of an index that has everything, where the table is small.
const PROBE: &str =
    "SELECT COUNT(change_user_id) FROM {wb_changes} FORCE INDEX (PRIMARY) WHERE change_id BETWEEN ? AND ?";

/// Missing ranges that are told apart.
const MOST_RANGES: usize = 1000;

/// How far the horizon may run ahead of what is written down as settled: what the first statement counts.
const STRIDE: u64 = 10_000;

/// A gap that has been known for so long is worth being written down for others.
const NOTABLE: Duration = Duration::from_millis(200);

/// What the first statement tells.
#[derive(Default)]
struct Look {
    count: u64,
    last: ChangeId,
    settled: ChangeId,
    /// A range that somebody found missing, and when.
    noted: Option<(IdRange, Moment)>,
    /// In which life of the buffer this was so.
    life: Life,
}

impl MysqlStore {
    /// See [`ChangeBuffer::horizon`].
    pub(super) fn find_horizon(&mut self, from: ChangeId, grace: Duration) -> Result<Horizon> {
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let look = self.look_at_this_life(from)?;
            let server = self.connections_made();
            let horizon = self.horizon_after(look, from, grace)?;
            // What one server said and what another said (after a failover, say) do not make one answer.
            if server == self.connections_made() {
                return Ok(horizon);
            }
        }
        Err(Error::new(
            ErrorKind::StoreUnavailable,
            format!("cannot find the horizon in {}: the connection is lost again and again", self.connection()),
        ))
    }

    /// The first look; if what is written down as settled is of an earlier life of the buffer, that is forgotten first.
    fn look_at_this_life(&mut self, from: ChangeId) -> Result<Look> {
        let look = self.look(from)?;
        if look.settled > look.last && look.last > from && self.is_from_another_life(look.settled)? {
            self.forget_settled(look.settled)?;
            self.observations.forget();
            return self.look(from);
        }
        Ok(look)
    }

    fn horizon_after(&mut self, look: Look, from: ChangeId, grace: Duration) -> Result<Horizon> {
        let start = from.max(look.settled);
        if look.last <= start {
            return Ok(Horizon::without_gaps(from, look.last));
        }
        if look.count == start.distance_to(look.last) {
            if look.settled.distance_to(look.last) > STRIDE {
                self.note_settled(look.life, look.last, None);
            }
            return Ok(Horizon::without_gaps(from, look.last));
        }
        self.horizon_among_gaps(start, &look, grace)
    }

    fn horizon_among_gaps(&mut self, start: ChangeId, look: &Look, grace: Duration) -> Result<Horizon> {
        let (missing, now) = self.missing(start, look.last)?;
        if let Some((range, since)) = look.noted {
            self.observations.learn(range, since);
        }
        self.observations.observe(&missing, now);
        let young = self.observations.first_young(now, grace);
        // What lies behind a young gap does not matter yet.
        let upto_young = missing.partition_point(|gap| young.is_none_or(|young| gap.first <= young.last));
        let in_flight = first_in_flight(&missing[..upto_young], |range| self.is_held(range))?;
        let mut horizon = Horizon::before(start, look.last, in_flight, young);
        if let Some(gap) = &mut horizon.waits_for {
            gap.since = self.observations.of(gap.ids.first).map(|(_, since)| since);
        }
        let has_passed_a_gap = missing.first().is_some_and(|gap| gap.first <= horizon.upto);
        let news = horizon.waits_for.and_then(|gap| self.worth_noting(gap, look, now));
        if has_passed_a_gap || news.is_some() || look.settled.distance_to(horizon.upto) > STRIDE {
            self.note_settled(look.life, horizon.upto, news.or(look.noted));
        }
        Ok(horizon)
    }

    /// Since when `gap` is missing, if others should know and do not.
    fn worth_noting(&self, gap: Gap, look: &Look, now: Moment) -> Option<(IdRange, Moment)> {
        let is_noted = look.noted.is_some_and(|(noted, _)| noted.first <= gap.ids.first && gap.ids.first <= noted.last);
        let (part, since) = self.observations.of(gap.ids.first)?;
        (!is_noted && now.since(since) >= NOTABLE).then_some((part, since))
    }

    fn look(&mut self, from: ChangeId) -> Result<Look> {
        let values = vec![SETTLED.into(), SETTLED.into(), from.0.into(), SETTLED.into()];
        let look = self.read(doing, LOOK, Params::Positional(values), |look: &mut Look, row| {
            *look = Look {
                count: number(&row, 0),
                last: ChangeId(number(&row, 1)),
                settled: ChangeId(number(&row, 2)),
                noted: super::settled::noted(&row, 3),
                ..Look::default()
            };
            ControlFlow::Continue(())
        })?;
        Ok(Look { life: self.life, ..look })
    }

    /// The missing ranges after `start`, up to `last`, and a time at which `last` was visible.
    fn missing(&mut self, start: ChangeId, last: ChangeId) -> Result<(Vec<IdRange>, Moment)> {
        let limit = MOST_RANGES as u64 + 1;
        // The last one was there, so it is not what can still be committed.
        let (from, until, before) = (start.0, last.0, last.back(1).0);
        let values = [from, from, until, limit, from, before, from, until, from, before].map(Into::into).to_vec();
        let (mut missing, now): (Vec<IdRange>, Moment) =
            self.read(doing, MISSING, Params::Positional(values), |(missing, now): &mut (Vec<_>, _), row| {
                missing.push(IdRange { first: ChangeId(number(&row, 0)), last: ChangeId(number(&row, 1)) });
                *now = Moment(number(&row, 2));
                ControlFlow::Continue(())
            })?;
        if let Some(rest) = missing.get_mut(MOST_RANGES) {
            rest.last = last.back(1);
            missing.truncate(MOST_RANGES + 1);
        }
        Ok((missing, now))
    }

    fn is_held(&mut self, range: IdRange) -> Result<bool> {
        let values = vec![range.first.0.into(), range.last.0.into()];
        self.is_lock_refused(
            doing,
            |dialect| format!("{PROBE} {}", dialect.shared_lock_or_fail()),
            Params::Positional(values),
        )
    }

    /// Whether more is written down as settled than was ever given out: the ids began anew.
    fn is_from_another_life(&mut self, settled: ChangeId) -> Result<bool> {
        Ok(self.highest_allocated()?.is_some_and(|highest| settled > highest))
    }
}

fn doing() -> String {
    "cannot find the horizon".to_owned()
}
