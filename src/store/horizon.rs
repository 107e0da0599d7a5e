//! How the horizon is found (G7): the steps, over the few statements that an engine makes for them.
//!
//! 1. One statement counts the rows above what is settled and tells the highest id. As many as there are ids: nothing is
//!    missing, done. Only ids up to this highest one count, whatever becomes visible meanwhile.
//! 2. Else one statement lists the missing ranges, a bounded number at a time. A cluster that gives out every fifth id has gaps
//!    everywhere.
//! 3. Before a range is called dead, one statement asks whether any insert waits for a lock: it has its id already, and there is
//!    no row yet that could tell.
//! 4. A range is then asked about by a reading statement that locks, and fails at once where it would have to wait. Refused: a
//!    transaction holds a row in there (or the next row after it, which is careful, and passes). Not refused: nobody does.
//! 5. What is still missing is written down in the [ledger](crate::domain::ledger) before anybody moves past it.
//!
//! On an engine with one writer, ids become visible in order: 3 and 4 are left out. The simulation runs these very steps on
//! statements of its own.

use std::time::Duration;

use super::ChangeBuffer;
use crate::{
    domain::{
        change::ChangeId,
        horizon::{Findings, Gap, GapRules, Horizon, IdRange, Life, Moment, Observations, first_in_flight},
        ledger::{self, BufferNote, MissingRun, Witness, WitnessNow},
        time::Timestamp,
    },
    error::{Error, ErrorKind, Result},
};

/// How far the horizon may run ahead of what is written down as settled: what the first statement counts.
const STRIDE: u64 = 10_000;

/// A gap that has been known for so long is worth being written down for others.
const NOTABLE: Duration = Duration::from_millis(200);

/// Missing ranges that are listed at a time.
pub const MOST_RANGES: usize = 1000;

/// How often the connection may be lost in one look.
const TRIES: usize = 3;

/// What the first statement tells.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Rows above `from` and above what is settled.
    pub count: u64,
    /// The highest visible id.
    pub last: ChangeId,
    /// Up to where somebody found everything settled, in the epoch of the note.
    pub settled: ChangeId,
    /// A range that somebody found missing, and when.
    pub noted: Option<(IdRange, Moment)>,
    /// The time.
    pub now: Timestamp,
    /// What is noted of the buffer, if anything is.
    pub note: Option<BufferNote>,
    /// The row with the highest id.
    pub newest: Option<Witness>,
    /// What stands in the place of the note's witness.
    pub witness_now: WitnessNow,
    /// Whether rows that are newer than the note have ids that another server of a cluster gave out.
    pub is_foreign: bool,
    /// Whether there is a ledger; and whether late changes wait in it to be delivered.
    pub ledger: Option<bool>,
}

impl Look {
    /// The note, if there is one, after the ledger was compared with the buffer at `now`.
    pub fn note_after_comparison(&self, now: Timestamp) -> Option<BufferNote> {
        let note = self.note.as_ref()?;
        let witness = self.newest.clone().or_else(|| note.witness.clone());
        Some(BufferNote { witness, ..note.after_comparison(now) })
    }

    /// The note, if there is one, in an epoch that begins at `now`.
    pub fn note_of_next_epoch(&self, now: Timestamp) -> Option<BufferNote> {
        let note = self.note.as_ref()?;
        Some(BufferNote { epoch: note.next_epoch(now), ..note.clone() })
    }
}

/// What an engine must be able to say and to write down.
pub trait HorizonStatements: ChangeBuffer {
    /// What this process knows of missing ranges; forgotten with the connection, since the next one may lead to another server.
    fn observations(&mut self) -> &mut Observations;

    /// How many connections were made so far: while the number stays, one server answers.
    fn connections_made(&self) -> u64;

    /// Whether ids become visible in their order, so that a missing one is dead.
    fn has_one_writer(&self) -> bool;

    /// Whether the clock has gone on as another one has that does not jump, since it was asked last and told `now`.
    fn is_steady(&mut self, _now: Moment) -> bool {
        true
    }

    /// Whether other servers are known to write, but not by their ids.
    fn others_may_write(&self) -> bool;

    /// The first statement.
    fn look(&mut self, from: ChangeId) -> Result<Look>;

    /// The first missing ranges after `start`, up to `last`, at most `most`; and a time at which `last` was visible. `last` itself
    /// is not missing.
    fn missing(&mut self, start: ChangeId, last: ChangeId, most: usize) -> Result<(Vec<IdRange>, Moment)>;

    /// Whether a transaction holds a row in `range`, or the next one after it.
    fn is_held(&mut self, range: IdRange) -> Result<bool>;

    /// Whether some statement waits for the lock of a row or of the space between rows.
    fn has_lock_waits(&mut self) -> Result<bool>;

    /// Writes down that everything up to `upto` is settled, and since when a range is known to be missing. It was found
    /// in `life`: on another server these ids may yet be given out, and a look that believed the note would pass them.
    /// If it fails, the next process looks for itself. It counts in `epoch` alone, so that what somebody found out long
    /// ago says nothing of ids that began anew meanwhile.
    fn note_settled(&mut self, life: Life, epoch: u16, upto: ChangeId, missing: Option<(IdRange, Moment)>);

    /// Forgets what was written down, if it still is `settled`.
    fn forget_settled(&mut self, settled: ChangeId) -> Result<()>;

    /// Writes runs into the ledger; one that is there already stays.
    fn note_missing(&mut self, life: Life, runs: &[MissingRun]) -> Result<()>;

    /// Writes the note of the buffer.
    fn write_buffer_note(&mut self, life: Life, note: &BufferNote) -> Result<()>;
}

/// See [`ChangeBuffer::horizon`].
pub fn find_horizon<S: HorizonStatements + ?Sized>(store: &mut S, from: ChangeId, rules: GapRules) -> Result<Horizon> {
    for _ in 0..TRIES {
        let look = look_at_this_life(store, from)?;
        let server = store.connections_made();
        let horizon = Search { store, life: Life::default(), look, rules, findings: Findings::default() }.run(from);
        // What one server said and what another said (after a failover, say) do not make one answer.
        if server == store.connections_made() {
            return horizon;
        }
    }
    Err(Error::new(ErrorKind::StoreUnavailable, "cannot find the horizon: the connection is lost again and again"))
}

/// The first look; if what is written down as settled is of an earlier life of the buffer, that is forgotten first.
fn look_at_this_life<S: HorizonStatements + ?Sized>(store: &mut S, from: ChangeId) -> Result<Look> {
    let look = store.look(from)?;
    if look.settled > look.last && look.last > from {
        let is_from_another_life = store.highest_allocated()?.is_some_and(|highest| look.settled > highest);
        if is_from_another_life {
            store.forget_settled(look.settled)?;
            store.observations().forget();
            return store.look(from);
        }
    }
    Ok(look)
}

struct Search<'s, S: ?Sized> {
    store: &'s mut S,
    /// In which life of the buffer the look was made.
    life: Life,
    look: Look,
    rules: GapRules,
    findings: Findings,
}

impl<S: HorizonStatements + ?Sized> Search<'_, S> {
    fn run(mut self, from: ChangeId) -> Result<Horizon> {
        self.life = self.store.life();
        self.find_things_out();
        let start = from.max(self.look.settled);
        let last = self.look.last;
        let is_complete = last > start && self.look.count == start.distance_to(last);
        let horizon = if last <= start {
            Horizon::without_gaps(from, last)
        } else if is_complete {
            if self.look.settled.distance_to(last) > STRIDE {
                self.store.note_settled(self.life, self.findings.epoch, last, None);
            }
            Horizon::without_gaps(from, last)
        } else {
            self.among_gaps(start)?
        };
        // If it fails, because a reader may not write or another one writes, the next look begins it.
        let _ = self.begin_ledger(horizon.upto.min(last), if is_complete { start } else { last });
        let _ = self.refresh_first_witness();
        let note = self.look.note.clone().unwrap_or_default();
        (self.findings.awaits_comparison, self.findings.epoch) = (note.waiting.is_some(), note.epoch);
        Ok(Horizon { from, findings: self.findings, ..horizon })
    }

    fn find_things_out(&mut self) {
        /// For how long an id of another server is remembered: writers that take turns are two writers. (When a node joins a cluster
        /// that had one, ids of the time before look like another server's, too.)
        const HOUR: Duration = Duration::from_secs(3600);
        let look = &self.look;
        let note = look.note.as_ref();
        let witness = note.and_then(|note| note.witness.as_ref());
        let foreign = note.and_then(|note| note.foreign);
        self.findings = Findings {
            began_anew: witness.is_some_and(|witness| ledger::has_begun_anew(witness, &look.witness_now)),
            is_known: witness
                .zip(look.witness_now.same_id.as_ref())
                .is_some_and(|(witness, _)| !ledger::has_begun_anew(witness, &look.witness_now)),
            others_write: self.store.others_may_write()
                || look.is_foreign
                || foreign.is_some_and(|at| at.distance(look.now) < HOUR),
            lacks_ledger: look.ledger.is_none(),
            comparison_is_due: look.ledger.is_some() && note.is_some_and(|note| note.comparison_is_due(look.now)),
            has_late: look.ledger == Some(true),
            epoch: note.map(|note| note.epoch).unwrap_or_default(),
            ..Findings::default()
        };
    }

    /// Goes from one lot of missing ranges to the next, as far as they are dead.
    fn among_gaps(&mut self, start: ChangeId) -> Result<Horizon> {
        let last = self.look.last;
        let mut reached = start;
        loop {
            let (missing, now) = self.store.missing(reached, last, MOST_RANGES)?;
            let is_all = missing.len() < MOST_RANGES;
            // What lies behind the ranges that are listed comes next.
            let end = if is_all { last } else { missing.last().map_or(last, |range| range.last) };
            let horizon = self.among(reached, end, &missing, now)?;
            if is_all || horizon.waits_for.is_some() {
                return Ok(Horizon { last, ..horizon });
            }
            reached = end;
        }
    }

    fn among(&mut self, start: ChangeId, last: ChangeId, missing: &[IdRange], now: Moment) -> Result<Horizon> {
        if self.store.has_one_writer() {
            let passes = self.write_down(missing).is_ok();
            let held = missing.first().copied().filter(|_| !passes);
            return Ok(Horizon::before(start, last, None, held));
        }
        if !self.store.is_steady(now) {
            // By this clock a gap may be as old as it likes.
            self.store.observations().forget();
            self.look.noted = None;
        }
        if let Some((range, since)) = self.look.noted {
            self.store.observations().learn(range, since);
        }
        // What lies behind the ranges that are listed ages with them, as one range.
        let rest =
            (last < self.look.last).then(|| IdRange { first: ChangeId(last.0 + 1), last: self.look.last.back(1) });
        let observed: Vec<IdRange> =
            missing.iter().copied().chain(rest.filter(|rest| rest.first <= rest.last)).collect();
        self.store.observations().observe(&observed, now);
        let young = self.first_young(missing, now)?.filter(|young| young.first <= last);
        // What lies behind a young gap does not matter yet.
        let upto_young = missing.partition_point(|gap| young.is_none_or(|young| gap.first <= young.last));
        let store = &mut *self.store;
        let in_flight = first_in_flight(&missing[..upto_young], |range| store.is_held(range))?;
        let mut horizon = Horizon::before(start, last, in_flight, young);
        if let Some(gap) = &mut horizon.waits_for {
            gap.since = self.store.observations().of(gap.ids.first).map(|(_, since)| since);
        }
        let passed: Vec<IdRange> = missing.iter().filter_map(|range| upto(*range, horizon.upto)).collect();
        if let Some(first) = passed.first()
            && self.write_down_what_is_still_missing(start, horizon.upto, &passed).is_err()
        {
            // A gap that is not in the ledger is not passed. The writer reports why it cannot write.
            return Ok(Horizon::before(start, last, None, Some(*first)));
        }
        let news = horizon.waits_for.and_then(|gap| self.worth_noting(gap, now));
        if !passed.is_empty() || news.is_some() || self.look.settled.distance_to(horizon.upto) > STRIDE {
            self.store.note_settled(self.life, self.findings.epoch, horizon.upto, news.or(self.look.noted));
        }
        Ok(horizon)
    }

    /// The first range that may yet be filled although nobody is seen to hold it.
    fn first_young(&mut self, missing: &[IdRange], now: Moment) -> Result<Option<IdRange>> {
        let grace = self.rules.dead_after(self.findings.others_write);
        let young = self.store.observations().first_young(now, grace);
        let would_pass = missing.first().is_some_and(|gap| young.is_none_or(|young| gap.first < young.first));
        if !would_pass || !self.store.has_lock_waits()? {
            return Ok(young);
        }
        let longest = grace.max(GapRules::LONGEST_LOCK_WAIT);
        let may_wait = self.store.observations().first_young(now, longest);
        self.findings.outlasted_lock_waits |=
            missing.first().is_some_and(|gap| may_wait.is_none_or(|waits| gap.first < waits.first));
        Ok(may_wait)
    }

    /// A row that was committed since the ranges were listed is about to be read: it is not late.
    fn write_down_what_is_still_missing(&mut self, start: ChangeId, end: ChangeId, passed: &[IdRange]) -> Result<()> {
        if self.look.ledger.is_none() {
            return Ok(());
        }
        // The id behind `end` is there, or waited for; either way it does not count.
        let (missing, _) = self.store.missing(start, ChangeId(end.0 + 1), MOST_RANGES)?;
        let still: Vec<IdRange> = missing
            .iter()
            .filter_map(|range| upto(*range, end))
            .flat_map(|range| passed.iter().filter_map(move |other| common(range, *other)))
            .collect();
        self.write_down(&still)
    }

    /// Puts ranges that are passed into the ledger.
    fn write_down(&mut self, missing: &[IdRange]) -> Result<()> {
        if self.look.ledger.is_none() {
            return Ok(());
        }
        // Before there is a note, all that is missing is listed together.
        let Some(note) = &self.look.note else {
            return Ok(());
        };
        let known = note.upto;
        let new: Vec<IdRange> = missing.iter().filter_map(|range| after(*range, known)).collect();
        let Some(end) = new.last().map(|range| range.last) else {
            return Ok(());
        };
        self.store.note_missing(self.life, &ledger::runs(&new))?;
        let foreign = if self.look.is_foreign { Some(self.look.now) } else { note.foreign };
        let note = BufferNote { upto: end, waiting: note.waiting.or(Some(self.look.now)), foreign, ..note.clone() };
        self.store.write_buffer_note(self.life, &note)?;
        self.look.note = Some(note);
        Ok(())
    }

    /// Where there is no note of the buffer yet, everything that is missing up to `end` counts as passed just now.
    ///
    /// Nothing is missing behind `complete_after`.
    fn begin_ledger(&mut self, end: ChangeId, complete_after: ChangeId) -> Result<()> {
        if self.look.note.is_some() || self.look.newest.is_none() {
            return Ok(());
        }
        let (mut reached, mut waiting, last) = (ChangeId::default(), None, end.min(complete_after));
        while self.look.ledger.is_some() && reached < last {
            let (missing, _) = self.store.missing(reached, ChangeId(last.0 + 1), MOST_RANGES)?;
            let is_all = missing.len() < MOST_RANGES;
            reached = if is_all { last } else { missing.last().map_or(last, |range| range.last) };
            let missing: Vec<IdRange> = missing.into_iter().filter_map(|range| upto(range, last)).collect();
            if !missing.is_empty() {
                self.store.note_missing(self.life, &ledger::runs(&missing))?;
                waiting = Some(self.look.now);
            }
        }
        let now = Some(self.look.now);
        let foreign = now.filter(|_| self.look.is_foreign);
        let witness = self.look.newest.clone();
        let epoch = BufferNote::default().next_epoch(self.look.now);
        let note = BufferNote { witness, upto: end, compared: now, waiting, foreign, epoch };
        self.store.write_buffer_note(self.life, &note)?;
        self.look.note = Some(note);
        Ok(())
    }

    /// The first ids of a buffer are given out again whenever it begins anew, and one of them may be rolled back then. So the witness
    /// is a later row as soon as there is one, until there are some before it.
    fn refresh_first_witness(&mut self) -> Result<()> {
        const SOME: ChangeId = ChangeId(16);
        let Some((note, newest)) = self.look.note.as_ref().zip(self.look.newest.as_ref()) else {
            return Ok(());
        };
        let is_among_first = note.witness.as_ref().is_none_or(|witness| witness.id < SOME && witness.id < newest.id);
        if is_among_first && !self.findings.began_anew {
            let note = BufferNote { witness: Some(newest.clone()), ..note.clone() };
            self.store.write_buffer_note(self.life, &note)?;
            self.look.note = Some(note);
        }
        Ok(())
    }

    /// Since when `gap` is missing, if others should know and do not.
    fn worth_noting(&mut self, gap: Gap, now: Moment) -> Option<(IdRange, Moment)> {
        let is_noted =
            self.look.noted.is_some_and(|(noted, _)| noted.first <= gap.ids.first && gap.ids.first <= noted.last);
        let (part, since) = self.store.observations().of(gap.ids.first)?;
        (!is_noted && now.since(since) >= NOTABLE).then_some((part, since))
    }
}

/// The part of `range` up to `end`, if there is one.
fn upto(range: IdRange, end: ChangeId) -> Option<IdRange> {
    (range.first <= end).then(|| IdRange { last: range.last.min(end), ..range })
}

/// The part of `range` behind `start`, if there is one.
fn after(range: IdRange, start: ChangeId) -> Option<IdRange> {
    (range.last > start).then(|| IdRange { first: range.first.max(ChangeId(start.0 + 1)), ..range })
}

fn common(one: IdRange, other: IdRange) -> Option<IdRange> {
    let range = IdRange { first: one.first.max(other.first), last: one.last.min(other.last) };
    (range.first <= range.last).then_some(range)
}
