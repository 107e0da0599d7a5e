//! How far changes may be dispatched: ids become visible out of order, and nothing may pass one that can still commit.
//!
//! An id that is missing below a visible one was allocated before it. Its row may be inserted and not committed (a lock tells), or
//! rolled back, or not inserted *yet*: between the allocation and the row lies a moment in which nothing tells. So a missing
//! range that nobody locks counts as dead only when it has been known to be missing for a grace period that no such moment
//! outlasts; until then it is young. Everything here is ranges: a gap of a billion ids is one of them.

use std::time::Duration;

use super::change::ChangeId;

/// A point in time in milliseconds, by the database's clock. Good for ages only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// How long ago `earlier` was; zero if the clock was set back meanwhile.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Ids without a gap, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdRange {
    /// The lowest.
    pub first: ChangeId,
    /// The highest.
    pub last: ChangeId,
}

/// Why a missing range holds the horizon back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapKind {
    /// A transaction that has not ended holds a row of it.
    InFlight,
    /// Nobody holds it, but it has not been missing for long enough to be called dead.
    Young,
}

/// A missing range that holds the horizon back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Which ids.
    pub ids: IdRange,
    /// Why.
    pub kind: GapKind,
    /// Since when its first id is known to be missing, as far as anybody has looked; good for telling people.
    pub since: Option<Moment>,
}

/// Which life of the change buffer something was found in: another begins when another server takes over, or the server begins
/// anew. The last ids of the life before may then be given out again, to other changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Life(pub u64);

/// When a missing id that nobody holds counts as dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GapRules {
    /// After it has been missing for so long.
    pub grace: Duration,
    /// After it has been missing for so long, because several servers write, whose locks cannot be seen; `None` if nobody has said how
    /// long a transaction may last.
    pub longest_transaction: Option<Duration>,
}

impl GapRules {
    /// For how long a missing id is not called dead while some insert waits for a lock: longer than InnoDB lets it wait by default (50 s).
    pub const LONGEST_LOCK_WAIT: Duration = Duration::from_secs(60);

    /// The same, where several servers write and nobody has said how long a transaction may last.
    pub const UNKNOWN_TRANSACTION: Duration = Duration::from_secs(60);

    /// Where nothing but the grace period matters.
    pub const fn after(grace: Duration) -> Self {
        Self { grace, longest_transaction: None }
    }

    /// After how long a missing id that nobody is seen to hold counts as dead.
    pub fn dead_after(self, others_write: bool) -> Duration {
        // Before the first id of another server is seen, only the setting tells that there is one.
        let unknown = if others_write { Self::UNKNOWN_TRANSACTION } else { Duration::ZERO };
        self.grace.max(self.longest_transaction.unwrap_or(unknown))
    }
}

/// What the look at the horizon came across beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The buffer's ids began anew: positions of clients are of an earlier life of it.
    pub began_anew: bool,
    /// The row by which the buffer is known is there.
    pub is_known: bool,
    /// A missing id was passed although some insert waits for a lock, since it has been so for too long. The ledger tells
    /// whether that was right.
    pub outlasted_lock_waits: bool,
    /// Ids come from more than one server, whose locks cannot be seen from here.
    pub others_write: bool,
    /// The tables of the ledger are not there yet.
    pub lacks_ledger: bool,
    /// The ledger should be compared with the buffer now.
    pub comparison_is_due: bool,
    /// Missing ids were passed that have not been looked for again yet.
    pub awaits_comparison: bool,
    /// Late changes wait to be delivered.
    pub has_late: bool,
    /// See [`BufferNote::epoch`](super::ledger::BufferNote::epoch).
    pub epoch: u16,
}

/// What somebody should do something about, although changes are dispatched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A missing id was passed although some insert still waited for a lock.
    LockWaits,
    /// Several servers write, and nobody has said how long a transaction may last.
    UnsafeTopology,
    /// The tables of the ledger are not there.
    NoLedger,
}

impl Warning {
    /// The code by which the log, the page, the API and the scripts name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::LockWaits => "lock-waits",
            Self::UnsafeTopology => "unsafe-topology",
            Self::NoLedger => "no-ledger",
        }
    }
}

impl Findings {
    /// What to warn of.
    pub fn warnings(self, rules: GapRules) -> Vec<Warning> {
        let is_unsafe = self.others_write && rules.longest_transaction.is_none();
        [
            (self.outlasted_lock_waits, Warning::LockWaits),
            (is_unsafe, Warning::UnsafeTopology),
            (self.lacks_ledger, Warning::NoLedger),
        ]
        .into_iter()
        .filter_map(|(is_so, warning)| is_so.then_some(warning))
        .collect()
    }
}

/// How far changes may be dispatched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Horizon {
    /// Where the search for it began: it says nothing about what is missing before.
    pub from: ChangeId,
    /// The highest id up to which no transaction can still commit a row.
    pub upto: ChangeId,
    /// The highest id that is visible; 0 if the buffer is empty.
    pub last: ChangeId,
    /// What keeps it from being `last`.
    pub waits_for: Option<Gap>,
    /// In which life of the buffer this holds.
    pub life: Life,
    /// What else was found.
    pub findings: Findings,
}

impl Horizon {
    /// Whether it holds for a client that has seen everything up to `seen`.
    pub fn covers(&self, seen: ChangeId) -> bool {
        seen >= self.from
    }

    /// Of a buffer in which nothing can be missing, looked at from `from` on.
    pub fn without_gaps(from: ChangeId, last: ChangeId) -> Self {
        Self { from, upto: last.max(from), last, ..Self::default() }
    }

    /// Ends before whichever of the two begins first.
    pub fn before(from: ChangeId, last: ChangeId, in_flight: Option<IdRange>, young: Option<IdRange>) -> Self {
        let gap = |ids, kind| Gap { ids, kind, since: None };
        // Where both begin at the same id, what is known for certain is said.
        let waits_for = [in_flight.map(|ids| gap(ids, GapKind::InFlight)), young.map(|ids| gap(ids, GapKind::Young))]
            .into_iter()
            .flatten()
            .min_by_key(|gap| gap.ids.first);
        let upto = waits_for.map_or(last, |gap| gap.ids.first.back(1));
        Self { from, upto: upto.max(from), last, waits_for, ..Self::default() }
    }
}

/// Since when each missing range is known to be missing.
#[derive(Clone, Debug, Default)]
pub struct Observations(Vec<(IdRange, Moment)>);

impl Observations {
    /// More parts than this are not told apart.
    const MOST: usize = 4096;

    /// Takes note that `missing` (ascending, apart from each other) is what is missing at `now`. A range that grew, because
    /// rows at its edge were deleted, is young only in the part that is new; one that shrank or vanished was filled.
    pub fn observe(&mut self, missing: &[IdRange], now: Moment) {
        let before = std::mem::take(&mut self.0);
        let mut known = before.into_iter().peekable();
        for range in missing {
            let mut next = range.first;
            while let Some((old, since)) = known.peek().copied().filter(|(old, _)| old.first <= range.last) {
                if old.first > next {
                    self.0.push((IdRange { first: next, last: old.first.back(1) }, now));
                }
                if old.last >= next {
                    let part = IdRange { first: old.first.max(next), last: old.last.min(range.last) };
                    // A clock that was set back would make a range young for as long as it was set back by.
                    self.0.push((part, since.min(now)));
                    next = ChangeId(part.last.0 + 1);
                }
                if old.last > range.last {
                    // The rest of it may reach into the next range.
                    break;
                }
                known.next();
            }
            if next <= range.last {
                self.0.push((IdRange { first: next, last: range.last }, now));
            }
        }
        if self.0.len() > Self::MOST {
            self.coarsen(missing);
        }
    }

    /// Each range as a whole is as young as its youngest part.
    fn coarsen(&mut self, missing: &[IdRange]) {
        let mut parts = std::mem::take(&mut self.0).into_iter().peekable();
        for range in missing {
            let mut youngest = Moment::default();
            while let Some((_, since)) = parts.next_if(|(part, _)| part.last <= range.last) {
                youngest = youngest.max(since);
            }
            self.0.push((*range, youngest));
        }
    }

    /// The first part that has not been missing for `grace` at `now`.
    pub fn first_young(&self, now: Moment, grace: Duration) -> Option<IdRange> {
        self.0.iter().find(|(_, since)| now.since(*since) < grace).map(|(range, _)| *range)
    }

    /// The part that `id` lies in, and since when it is known.
    pub fn of(&self, id: ChangeId) -> Option<(IdRange, Moment)> {
        self.0.iter().find(|(part, _)| part.first <= id && id <= part.last).copied()
    }

    /// Takes another's word for it that `range` was missing at `since`, where nothing is known of it here.
    pub fn learn(&mut self, range: IdRange, since: Moment) {
        let at = self.0.partition_point(|(part, _)| part.last < range.first);
        let is_known = self.0.get(at).is_some_and(|(part, _)| part.first <= range.last);
        if range.first <= range.last && !is_known {
            self.0.insert(at, (range, since));
        }
    }

    /// Forgets everything: what was seen on one server, or in one life of the buffer, says nothing about another.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

/// The first of `gaps` in which a transaction holds a row. `is_held` is asked about ranges that reach over several gaps and the rows
/// between them: most of the time one question answers for all, and else their number grows with the logarithm.
///
/// What lies between gaps may be held, too (a row that is being deleted); then the gap next to it is named: that is
/// careful, and passes.
///
/// # Errors
/// Those of `is_held`.
pub fn first_in_flight<E>(
    gaps: &[IdRange],
    mut is_held: impl FnMut(IdRange) -> Result<bool, E>,
) -> Result<Option<IdRange>, E> {
    let Some(span) = span(gaps) else {
        return Ok(None);
    };
    if !is_held(span)? {
        return Ok(None);
    }
    let mut rest = gaps;
    while rest.len() > 1 {
        let (left, right) = rest.split_at(rest.len() / 2);
        rest = match self::span(left) {
            Some(span) if is_held(span)? => left,
            _ => right,
        };
    }
    Ok(rest.first().copied())
}

fn span(gaps: &[IdRange]) -> Option<IdRange> {
    Some(IdRange { first: gaps.first()?.first, last: gaps.last()?.last })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    const GRACE: Duration = Duration::from_secs(3);

    fn range(first: u64, last: u64) -> IdRange {
        IdRange { first: ChangeId(first), last: ChangeId(last) }
    }

    fn parts(observations: &Observations) -> Vec<(u64, u64, u64)> {
        observations.0.iter().map(|(range, since)| (range.first.0, range.last.0, since.0)).collect()
    }

    #[test]
    fn g7_a_gap_is_young_for_the_grace_period_and_then_dead() {
        let mut observations = Observations::default();
        observations.observe(&[range(11, 11)], Moment(1000));
        assert_eq!(observations.first_young(Moment(1000), GRACE), Some(range(11, 11)));
        assert_eq!(observations.first_young(Moment(3999), GRACE), Some(range(11, 11)));
        observations.observe(&[range(11, 11)], Moment(4000));
        assert_eq!(observations.first_young(Moment(4000), GRACE), None);
        assert_eq!(Observations::default().first_young(Moment(0), GRACE), None);
    }

    #[test]
    fn a_gap_that_grows_is_young_only_where_it_is_new() {
        let mut observations = Observations::default();
        observations.observe(&[range(11, 12), range(20, 29)], Moment(1));
        observations.observe(&[range(10, 14), range(25, 40)], Moment(2));
        assert_eq!(parts(&observations), [(10, 10, 2), (11, 12, 1), (13, 14, 2), (25, 29, 1), (30, 40, 2)]);
        observations.observe(&[range(10, 40)], Moment(3));
        let all = [(10, 10, 2), (11, 12, 1), (13, 14, 2), (15, 24, 3), (25, 29, 1), (30, 40, 2)];
        assert_eq!(parts(&observations), all);
    }

    #[test]
    fn a_gap_that_is_filled_is_forgotten() {
        let mut observations = Observations::default();
        observations.observe(&[range(11, 11), range(15, 19)], Moment(1));
        observations.observe(&[range(16, 16), range(18, 18)], Moment(2));
        assert_eq!(parts(&observations), [(16, 16, 1), (18, 18, 1)]);
        observations.observe(&[], Moment(3));
        assert_eq!(parts(&observations), []);
    }

    #[test]
    fn a_clock_that_is_set_back_delays_by_one_grace_period_at_most() {
        let mut observations = Observations::default();
        observations.observe(&[range(11, 11)], Moment(1_000_000));
        observations.observe(&[range(11, 11)], Moment(5000));
        assert_eq!(observations.first_young(Moment(8000), GRACE), None);
    }

    #[test]
    fn the_memory_of_gaps_stays_bounded() {
        let mut observations = Observations::default();
        let odd: Vec<_> = (0..3000).map(|n| range(4 * n + 1, 4 * n + 1)).collect();
        observations.observe(&odd, Moment(1));
        observations.observe(&[range(1, 12_000)], Moment(2));
        assert_eq!(parts(&observations), [(1, 12_000, 2)]);
    }

    #[test]
    fn what_another_saw_counts_where_nothing_is_known() {
        let mut observations = Observations::default();
        observations.observe(&[range(20, 22)], Moment(50));
        observations.learn(range(11, 12), Moment(7));
        observations.learn(range(22, 30), Moment(8));
        assert_eq!(parts(&observations), [(11, 12, 7), (20, 22, 50)]);
        assert_eq!(observations.of(ChangeId(12)), Some((range(11, 12), Moment(7))));
        assert_eq!(observations.of(ChangeId(13)), None);
    }

    #[test]
    fn g7_the_horizon_ends_before_the_first_gap_that_holds_it() {
        let horizon = |in_flight, young| Horizon::before(ChangeId(3), ChangeId(50), in_flight, young);
        assert_eq!(horizon(None, None).upto, ChangeId(50));
        let both = horizon(Some(range(20, 22)), Some(range(11, 12)));
        assert_eq!((both.upto, both.waits_for.unwrap().kind), (ChangeId(10), GapKind::Young));
        let same = horizon(Some(range(11, 12)), Some(range(11, 12)));
        assert_eq!((same.upto, same.waits_for.unwrap().kind), (ChangeId(10), GapKind::InFlight));
        assert_eq!(
            Horizon::without_gaps(ChangeId(9), ChangeId(0)).upto,
            ChangeId(9),
            "never back behind what is settled"
        );
    }

    #[test]
    fn the_first_gap_in_flight_is_found_by_few_questions() {
        let gaps: Vec<_> = (0..1000).map(|n| range(10 * n + 1, 10 * n + 4)).collect();
        let ask = |held: &[u64]| {
            let mut questions = 0;
            let found = first_in_flight(&gaps, |asked| {
                questions += 1;
                Ok::<_, Infallible>(held.iter().any(|id| (asked.first.0..=asked.last.0).contains(id)))
            });
            (found.unwrap(), questions)
        };
        assert_eq!(ask(&[]), (None, 1));
        let (found, questions) = ask(&[5003, 6001]);
        assert_eq!(found, Some(range(5001, 5004)));
        assert!(questions <= 12, "{questions}");
        assert_eq!(ask(&[3]).0, Some(range(1, 4)));
        assert_eq!(ask(&[9994]).0, Some(range(9991, 9994)));
    }
}
