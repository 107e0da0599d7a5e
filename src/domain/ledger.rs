//! The ledger: which ids were missing when the horizon passed them.
//!
//! The horizon infers that nobody can fill a missing id any more. An inference can be wrong, for reasons that nobody thought of, so it
//! is checked afterwards. Only an id that was missing can become visible late: the ids that were missing are written down as **runs**
//! before any client moves past them, and looked for again, soon after and for as long as the changes around them are kept. A row
//! with such an id is a **late change**. It is delivered by a pass of its own to the clients that had already moved past it (G7b).
//!
//! Counting rows would find the same, but rows are deleted, too: by pruning, and by Wikibase's own job. A list of what was missing
//! does not mind, and names the id.

use std::time::Duration;

use super::{change::ChangeId, horizon::IdRange, time::Timestamp};

/// The least time between two comparisons, and how long a run waits for its first: a minute.
pub const COMPARE_EVERY: Duration = Duration::from_secs(60);

/// Late changes that are taken up at once. More than that is a restored table, and waits for the next comparison.
pub const MOST_LATE: usize = 200;

/// Ids that were missing. A cluster that gives out every `step`-th id leaves the others out: that is one run, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingRun {
    /// The lowest missing id.
    pub first: ChangeId,
    /// The highest missing id.
    pub last: ChangeId,
    /// 0 if all of them are missing. Else every `step`-th was there, the first of them `step - 1` after `first`.
    pub step: u64,
}

impl MissingRun {
    /// A range of which every id is missing.
    pub fn all(range: IdRange) -> Self {
        Self { first: range.first, last: range.last, step: 0 }
    }

    /// Whether `id` was missing.
    pub fn contains(self, id: ChangeId) -> bool {
        self.first <= id && id <= self.last && (self.step == 0 || (id.0 - self.first.0) % self.step != self.step - 1)
    }
}

/// `missing`, which ascends, as few runs.
pub fn runs(missing: &[IdRange]) -> Vec<MissingRun> {
    let mut runs: Vec<MissingRun> = Vec::new();
    for range in missing {
        let width = range.first.back(1).distance_to(range.last);
        let joined = runs.last_mut().is_some_and(|run| {
            // One id lies between the two, and the gap before it was as wide as this one.
            let is_next = run.last.0 + 2 == range.first.0;
            let joins = is_next
                && if run.step == 0 { run.first.back(1).distance_to(run.last) == width } else { run.step == width + 1 };
            if joins {
                (run.last, run.step) = (range.last, width + 1);
            }
            joins
        });
        if !joined {
            runs.push(MissingRun::all(*range));
        }
    }
    runs
}

/// A row by which a change buffer is known again: another row with the same id is of another life of the buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// `change_id`
    pub id: ChangeId,
    /// `change_time`
    pub time: String,
    /// `change_revision_id`
    pub revision: u64,
}

/// What is noted of the buffer beside the runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BufferNote {
    /// The newest row that was visible when the note was written.
    pub witness: Option<Witness>,
    /// Missing ids up to this one are in the ledger.
    pub upto: ChangeId,
    /// When the runs were compared with the buffer last.
    pub compared: Option<Timestamp>,
    /// Since when there are runs that wait for their first comparison.
    pub waiting: Option<Timestamp>,
    /// When an id was seen last that another server of a cluster gave out.
    pub foreign: Option<Timestamp>,
    /// Changes when what was read of the buffer before must not be used any more: its ids began anew, or a late change was found
    /// that some clients have yet to read in their turn.
    pub epoch: u16,
}

impl BufferNote {
    const HEAD: &'static str = "wd1b";

    /// What does not fit the columns of the row, as text of at most 64 bytes.
    pub fn to_text(&self) -> String {
        let time = |time: Option<Timestamp>| time.map_or(0, Timestamp::unix);
        format!(
            "{}:{:x}:{:x}:{:x}:{:x}:{:x}:{:x}",
            Self::HEAD,
            self.witness.as_ref().map_or(0, |witness| witness.revision),
            self.upto.0,
            time(self.compared),
            time(self.waiting),
            time(self.foreign),
            self.epoch
        )
    }

    /// Reads what [`Self::to_text`] wrote, and the witness's id and time. `None` for anything else.
    pub fn parse(id: ChangeId, time: &str, text: &str) -> Option<Self> {
        let numbers = text.strip_prefix(Self::HEAD)?.strip_prefix(':')?;
        let numbers: Vec<u64> =
            numbers.split(':').map(|number| u64::from_str_radix(number, 16).ok()).collect::<Option<_>>()?;
        let [revision, upto, compared, waiting, foreign, epoch] = numbers[..] else {
            return None;
        };
        let moment =
            |seconds: u64| (seconds > 0).then(|| Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX)));
        Some(Self {
            witness: (id > ChangeId::default()).then(|| Witness { id, time: time.to_owned(), revision }),
            upto: ChangeId(upto),
            compared: moment(compared),
            waiting: moment(waiting),
            foreign: moment(foreign),
            epoch: u16::try_from(epoch).unwrap_or_default(),
        })
    }

    /// An epoch that begins at `now` and differs from the present one.
    pub fn next_epoch(&self, now: Timestamp) -> u16 {
        let by_time = u16::try_from(now.unix().rem_euclid(0x1_0000)).unwrap_or_default();
        if by_time == self.epoch { by_time.wrapping_add(1) } else { by_time }
    }

    /// Whether the runs should be compared with the buffer now.
    pub fn comparison_is_due(&self, now: Timestamp) -> bool {
        // A time from the future is of a clock that was set back, and not waited for.
        self.compared.is_none_or(|compared| compared.distance(now) >= COMPARE_EVERY)
    }

    /// The note after a comparison at `now`. A run that was noted only a moment before waits for another one.
    pub fn after_comparison(&self, now: Timestamp) -> Self {
        const ALMOST: Duration = Duration::from_secs(45);
        let waiting = self.waiting.filter(|since| since.distance(now) < ALMOST);
        Self { compared: Some(now), waiting, ..self.clone() }
    }
}

/// What stands in the place of the witness now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WitnessNow {
    /// `change_time` and `change_revision_id` of the row with its id, if there is one.
    pub same_id: Option<(String, u64)>,
    /// The same of the lowest row before it, if there is one.
    pub oldest_before: Option<(String, u64)>,
}

/// Whether the buffer's ids began anew since `witness` was noted: another row has its id. Revisions tell, since somebody may have
/// set times right; a change without a revision has only its time.
///
/// Where its id is not there any more, the rows before it tell: pruning deletes from the beginning, so what is still there is older than
/// the witness; ids that began anew are newer, by their revision: a clock can have jumped. (Wikibase's own job
/// deletes anywhere, and leaves older rows before it, too.)
pub fn has_begun_anew(witness: &Witness, now: &WitnessNow) -> bool {
    match (&now.same_id, &now.oldest_before) {
        (Some((time, 0)), _) if witness.revision == 0 => *time > witness.time,
        (Some((_, revision)), _) => *revision != witness.revision,
        (None, Some((_, revision))) => *revision > witness.revision,
        (None, None) => false,
    }
}

/// A change that became visible after the horizon had passed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateChange {
    /// Which one.
    pub id: ChangeId,
    /// When it was found.
    pub found: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: u64, last: u64) -> IdRange {
        IdRange { first: ChangeId(first), last: ChangeId(last) }
    }

    fn run(first: u64, last: u64, step: u64) -> MissingRun {
        MissingRun { first: ChangeId(first), last: ChangeId(last), step }
    }

    #[test]
    fn gaps_of_a_cluster_that_gives_out_every_fifth_id_are_one_run() {
        let missing: Vec<_> = (0..1000).map(|n| range(5 * n + 2, 5 * n + 5)).collect();
        assert_eq!(runs(&missing), [run(2, 5000, 5)]);
    }

    #[test]
    fn a_run_has_what_was_missing_and_nothing_else() {
        let mut chance = fastrand::Rng::with_seed(7);
        for _ in 0..500 {
            let present: Vec<u64> = match chance.u8(..3) {
                0 => (1..200).filter(|_| chance.bool()).collect(),
                1 => (1..200).filter(|id| id % 3 == 0 && chance.u8(..10) > 0).collect(),
                _ => (1..200).filter(|_| chance.u8(..20) > 0).collect(),
            };
            let mut missing: Vec<IdRange> = Vec::new();
            for id in (1..200).filter(|id| !present.contains(id)) {
                match missing.last_mut().filter(|range| range.last.0 + 1 == id) {
                    Some(range) => range.last = ChangeId(id),
                    None => missing.push(range(id, id)),
                }
            }
            let runs = runs(&missing);
            for id in 1..200 {
                let is_missing = runs.iter().any(|run| run.contains(ChangeId(id)));
                assert_eq!(is_missing, !present.contains(&id), "{id} in {runs:?}");
            }
        }
    }

    #[test]
    fn gaps_of_different_width_or_further_apart_stay_apart() {
        assert_eq!(
            runs(&[range(2, 2), range(4, 4), range(6, 7), range(20, 20)]),
            [run(2, 4, 2), run(6, 7, 0), run(20, 20, 0)]
        );
    }

    #[test]
    fn a_note_survives_a_round_trip_and_fits_the_column() {
        let at = |seconds| Some(Timestamp::from_unix(seconds));
        let note = BufferNote {
            witness: Some(Witness { id: ChangeId(7), time: "20260131235959".into(), revision: u64::from(u32::MAX) }),
            upto: ChangeId(u64::from(u32::MAX)),
            compared: at(4_102_444_800),
            waiting: at(4_102_444_801),
            foreign: at(4_102_444_802),
            epoch: u16::MAX,
        };
        assert!(note.to_text().len() <= 64, "{}", note.to_text());
        assert_eq!(BufferNote::parse(ChangeId(7), "20260131235959", &note.to_text()), Some(note));
        let empty = BufferNote::default();
        assert_eq!(BufferNote::parse(ChangeId(0), "", &empty.to_text()), Some(empty));
        for text in ["", "wd1b", "wd1b:1:2:3:4:5", "wd1p:1:2:3:4:5:6", "wd1b:1:2:3:4:5:x"] {
            assert_eq!(BufferNote::parse(ChangeId(7), "", text), None, "{text}");
        }
    }

    #[test]
    fn g7_ids_that_began_anew_are_told_by_the_row_and_not_by_the_highest_id() {
        let witness = Witness { id: ChangeId(5), time: "20260101000000".into(), revision: 50 };
        let row = |row: Option<(&str, u64)>| row.map(|(time, revision)| (time.to_owned(), revision));
        let now = |same_id, before| WitnessNow { same_id: row(same_id), oldest_before: row(before) };
        let anew = |now| has_begun_anew(&witness, &now);
        assert!(!anew(now(Some(("20260101000000", 50)), None)));
        assert!(anew(now(Some(("20260101000000", 51)), None)), "another revision");
        assert!(!anew(now(Some(("20260102000000", 50)), None)), "its time was set right");
        let deletion = Witness { revision: 0, ..witness.clone() };
        let now_at = |time: &str| WitnessNow { same_id: Some((time.to_owned(), 0)), oldest_before: None };
        assert!(!has_begun_anew(&deletion, &now_at("20260101000000")));
        assert!(has_begun_anew(&deletion, &now_at("20260102000000")), "another time");
        assert!(!anew(now(None, None)), "everything was pruned");
        assert!(!anew(now(None, Some(("20251231000000", 49)))), "it was deleted, and older rows are there");
        assert!(!anew(now(None, Some(("20260102000000", 49)))), "the clock was ahead when it was written");
        assert!(anew(now(None, Some(("20251231000000", 51)))), "newer rows have lower ids, whatever the clock said");
    }

    #[test]
    fn runs_are_compared_every_minute_and_one_that_has_just_been_noted_once_more() {
        let at = |seconds: i64| Timestamp::from_unix(1_800_000_000 + seconds);
        let note = BufferNote { compared: Some(at(0)), waiting: Some(at(55)), ..BufferNote::default() };
        assert!(BufferNote::default().comparison_is_due(at(0)));
        assert_eq!([note.comparison_is_due(at(59)), note.comparison_is_due(at(60))], [false, true]);
        let next = note.after_comparison(at(60));
        assert_eq!((next.compared, next.waiting), (Some(at(60)), Some(at(55))));
        assert_eq!(next.after_comparison(at(120)).waiting, None);
    }
}
