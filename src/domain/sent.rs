//! What was sent to a client and may not be handled yet, and what is sent again (G16).
//!
//! A notification that reached the client's queue can still be lost: the queue is emptied, a job is given up after it has killed
//! three runners, nobody runs jobs of this type. So each pass is noted, in the client's row of `wb_changes_sent`, until
//! [`Receipts`] cover it. What is not covered in time is sent again from the buffer, with the same parameters, so that a queue
//! which still has the first drops the second.
//!
//! - A client of which nothing was heard since may have no runner, or have lost its queue. It is sent the oldest pass again, less and
//!   less often, and with it a notification that only asks for a report.
//! - A client that says that notifications wait in its queue is behind, and is sent nothing again. If nothing more is heard of it, it
//!   is asked for another report: what waited there may have killed its runners.
//! - A client that is heard of, in whose queue nothing waits, and that has still not handled what was sent twice, has something there
//!   that it cannot handle. That is cut into halves, down to a single change; this one goes without its details, and if that fails, too,
//!   without the change itself: it is **set aside**, by name, and the rest goes on. But only where it is **proved**, before the last
//!   attempt and since, that the client handles others: one that handles nothing at all has a fault of its own, or is down, and loses
//!   nothing by it.
//!
//! What is not handled for very long is **given up**: it is not sent again and does not hold back pruning, and stays noted, and shown,
//! until a receipt covers it after all.
//!
//! The note is bounded: of too many passes, those that are closest in time become one.

mod again;

use std::time::Duration;

use super::{
    change::ChangeId,
    receipts::{Range, Receipts, Stream},
    time::Timestamp,
};

pub use again::{Again, pieces};

/// In which form changes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they are.
    Whole,
    /// Without their details: everything may have changed.
    WithoutDetails,
    /// Without their details, for the last time: the client has handled others since the attempt before. This one is repeated until the
    /// client handles others again.
    LastAttempt,
    /// Not at all: the notification is empty, and its receipt closes the gap.
    Aside,
}

impl Form {
    const ALL: [(Self, char); 4] =
        [(Self::Whole, 'w'), (Self::WithoutDetails, 'b'), (Self::LastAttempt, 'l'), (Self::Aside, 'a')];

    fn letter(self) -> char {
        Self::ALL.into_iter().find(|(form, _)| *form == self).map_or('w', |(_, letter)| letter)
    }
}

/// Changes that were sent together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentPass {
    /// Receipts cover it from behind this id…
    pub after: ChangeId,
    /// …its first change is this…
    pub first: ChangeId,
    /// …and its last this.
    pub upto: ChangeId,
    /// When it was sent for the first time, by the repo database's clock.
    pub since: Timestamp,
    /// When it was sent last.
    pub sent: Timestamp,
    /// How often it was sent again.
    pub tries: u32,
    /// In which form.
    pub form: Form,
    /// If it consists of late changes: which, and their stream. They do not follow those of other passes.
    pub late: Option<(Stream, Vec<ChangeId>)>,
}

impl SentPass {
    /// What a receipt must cover; `main`: the client's main stream.
    pub fn range(&self, main: Stream) -> Range {
        let stream = self.late.as_ref().map_or(main, |(stream, _)| *stream);
        Range { stream, after: self.after, upto: self.upto }
    }

    /// Whether it is not sent again any more.
    pub fn is_given_up(&self, now: Timestamp, rules: AgainRules) -> bool {
        self.since.until(now) >= rules.give_up
    }

    /// Without what was handled of it at its ends. `main`: the client's main stream.
    fn without_what_was_handled(mut self, receipts: &Receipts, main: Stream) -> Self {
        if self.late.is_some() {
            return self;
        }
        if let Some(run) = receipts.run_at(main, ChangeId(self.after.0 + 1)) {
            self.after = run.upto;
            self.first = self.first.max(ChangeId(run.upto.0 + 1));
        }
        if let Some(run) = receipts.run_at(main, self.upto).filter(|run| run.after >= self.first) {
            self.upto = run.after;
        }
        self
    }

    /// Times that are ahead are of a clock that was set back.
    fn not_ahead_of(self, now: Timestamp) -> Self {
        Self { since: self.since.min(now), sent: self.sent.min(now), ..self }
    }

    /// Both, which follow each other, as one.
    fn with(self, next: &Self) -> Self {
        let (sent, tries) = (self.sent.max(next.sent), self.tries.min(next.tries));
        Self { upto: next.upto, sent, tries, form: Form::Whole, ..self }
    }
}

/// When something is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgainRules {
    /// How long a client has to handle what it was sent.
    pub within: Duration,
    /// For how long it is sent again, and holds back pruning.
    pub give_up: Duration,
}

/// What was sent to one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The main stream.
    pub stream: Stream,
    /// The last change that was sent in it, or where it began.
    pub upto: ChangeId,
    /// When the latest pass was sent of which the client has handled changes: so long ago it worked, at least.
    pub proved: Timestamp,
    /// In the order in which they were sent first.
    passes: Vec<SentPass>,
}

/// A change that a client cannot handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsideChange {
    /// Which client, by its site id.
    pub client: String,
    /// Which change.
    pub change: ChangeId,
    /// Of which entity.
    pub entity: String,
    /// When it was set aside.
    pub at: Timestamp,
}

/// Passes that are noted.
pub const MOST_PASSES: usize = 24;

/// Passes that are noted if some were cut into pieces.
pub const MOST_PIECES: usize = 256;

/// Late changes that one pass to a client that acknowledges carries: the note names each.
pub const MOST_LATE: usize = 8;

impl Sent {
    const HEAD: &'static str = "wd1s";

    /// A stream that begins behind `after`.
    pub fn begin(stream: Stream, after: ChangeId) -> Self {
        Self { stream, upto: after, proved: NEVER, passes: Vec::new() }
    }

    /// A stream that did not exist before `now`. Later ones have higher numbers, as long as the clock goes on.
    pub fn new_stream(before: Option<&Self>, now: Timestamp, chance: u64) -> Stream {
        let seconds = u64::try_from(now.unix() - FIRST_STREAM).unwrap_or_default();
        let fresh = (seconds << 20 | chance & 0xf_ffff) & (ASKS - 1);
        Stream(before.map_or(fresh, |before| fresh.max(before.stream.0 + 1)))
    }

    /// The stream of late changes that were found at `found`, which nothing else has: the same changes have the same. An admin may
    /// have one delivered that was delivered so before; its receipt is another one then.
    pub fn late_stream(&self, changes: &[ChangeId], found: Timestamp) -> Stream {
        // FNV-1a.
        let ids = [self.stream.0, found.unix().unsigned_abs()].into_iter().chain(changes.iter().map(|id| id.0));
        let hash = ids
            .flat_map(u64::to_le_bytes)
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Stream(LATE | hash & (LATE - 1))
    }

    /// What the receipt covers for a notification that only asks for a report, sent at `now`. A queue that gives out first what was
    /// pushed first has given out, when it is handled, what was sent again before it.
    pub fn question(&self, now: Timestamp) -> Option<Range> {
        let at = ChangeId(now.unix().max(1).unsigned_abs());
        Range::new(self.questions(), at.back(1), at)
    }

    /// The stream of these.
    pub fn questions(&self) -> Stream {
        Stream(self.stream.0 | ASKS)
    }

    /// Passes that are noted, handled or not.
    pub fn open(&self) -> impl Iterator<Item = &SentPass> {
        self.passes.iter()
    }

    /// Behind this id the repo still wants receipts.
    pub fn floor(&self) -> ChangeId {
        let passes = self.passes.iter().filter(|pass| pass.late.is_none());
        passes.map(|pass| pass.after).min().unwrap_or(self.upto)
    }

    /// Passes that were not handled, and their numbers.
    pub fn unhandled<'s>(&'s self, receipts: &'s Receipts) -> impl Iterator<Item = (usize, &'s SentPass)> + 's {
        self.passes.iter().enumerate().filter(|(_, pass)| !receipts.cover(pass.range(self.stream)))
    }

    /// Those of them that are not given up.
    pub fn outstanding<'s>(
        &'s self,
        receipts: &'s Receipts,
        now: Timestamp,
        rules: AgainRules,
    ) -> impl Iterator<Item = (usize, &'s SentPass)> + 's {
        self.unhandled(receipts).filter(move |(_, pass)| !pass.is_given_up(now, rules))
    }

    /// What is left to note for a client that has `seen` so much: not what was handled, nor a pass that was noted and not recorded,
    /// since it is done again. `None` if positions have lost their meaning: the client was set back.
    pub fn settled(&self, receipts: &Receipts, seen: ChangeId, now: Timestamp, rules: AgainRules) -> Option<Self> {
        let mut settled = Self { passes: Vec::new(), ..*self };
        let handled =
            self.passes.iter().filter(|pass| pass.form != Form::Aside && receipts.cover(pass.range(self.stream)));
        // Times ahead are of a clock that was set back. They are not waited for, and prove nothing.
        settled.proved = handled.map(|pass| pass.sent).fold(self.proved, Timestamp::max);
        settled.proved = if settled.proved > now { NEVER } else { settled.proved };
        for pass in &self.passes {
            if pass.late.is_none() && pass.upto > seen {
                settled.upto = settled.upto.min(pass.after);
            }
        }
        let kept = self.unhandled(receipts).map(|(_, pass)| pass);
        let kept = kept.filter(|pass| pass.late.is_some() || pass.upto <= seen).cloned();
        for pass in kept.map(|pass| pass.without_what_was_handled(receipts, self.stream).not_ahead_of(now)) {
            let is_over = |pass: &SentPass| pass.late.is_none() && pass.is_given_up(now, rules);
            match settled.passes.last_mut() {
                Some(last) if is_over(last) && is_over(&pass) && last.upto <= pass.after => {
                    *last = last.clone().with(&pass);
                }
                _ => settled.passes.push(pass),
            }
        }
        (settled.upto <= seen).then_some(settled)
    }

    /// What is left of it in another stream, for a client that has been set to another place, and has `seen` so much by that: what it
    /// has not handled up to there. Its receipts for that mean nothing any more, so it is sent again in time.
    pub fn carried_over(&self, stream: Stream, receipts: &Receipts, seen: ChangeId) -> Self {
        let mut carried = Self::begin(stream, seen);
        let unhandled = self.unhandled(receipts).map(|(_, pass)| pass.clone());
        let unhandled = unhandled.map(|pass| pass.without_what_was_handled(receipts, self.stream));
        for pass in unhandled.filter(|pass| pass.late.is_some() || pass.first <= seen) {
            let form = if pass.form == Form::Aside { Form::Aside } else { Form::Whole };
            let upto = if pass.late.is_some() { pass.upto } else { pass.upto.min(seen) };
            carried.passes.push(SentPass { upto, form, tries: 0, ..pass });
        }
        carried
    }

    /// What is left of it in another stream, for a client that was restored from a backup and is to get again everything after `after`, up
    /// to `upto`. What it had been given up for stays noted.
    pub fn restored(
        &self,
        stream: Stream,
        receipts: &Receipts,
        (after, upto): (ChangeId, ChangeId),
        now: Timestamp,
        rules: AgainRules,
    ) -> Self {
        let mut restored = self.carried_over(stream, receipts, after.min(upto));
        restored.passes.retain(|pass| pass.first <= after);
        if after < upto {
            let (first, form) = (ChangeId(after.0 + 1), Form::Whole);
            // It is due at once.
            let sent = now.minus(rules.within);
            restored.push(SentPass { after, first, upto, since: now, sent, tries: 0, form, late: None });
        }
        restored
    }

    /// Gives up what is noted: see [`SentPass::is_given_up`].
    pub fn give_up(&mut self, rules: AgainRules) {
        for pass in &mut self.passes {
            pass.since = pass.since.min(pass.sent.minus(rules.give_up));
        }
    }

    /// Notes a pass. Of too many before it that follow each other and went once, the two become one that are closest in time: so each is
    /// given up about when its changes are old enough. The new one stays apart: until it is recorded, it may have to be done again.
    pub fn push(&mut self, pass: SentPass) {
        while self.passes.len() >= MOST_PASSES && self.join_closest(|pass| pass.tries == 0) {}
        while self.passes.len() >= MOST_PIECES && self.join_closest(|pass| pass.form != Form::Aside) {}
        if pass.late.is_none() {
            self.upto = self.upto.max(pass.upto);
        }
        self.passes.push(pass);
    }

    fn join_closest(&mut self, may_join: impl Fn(&SentPass) -> bool) -> bool {
        let pairs = self.passes.windows(2).enumerate().filter(|(_, pair)| {
            pair.iter().all(|pass| pass.late.is_none() && may_join(pass)) && pair[0].upto <= pair[1].after
        });
        let Some((at, _)) = pairs.min_by_key(|(_, pair)| pair[0].since.until(pair[1].sent)) else {
            return false;
        };
        let next = self.passes.remove(at + 1);
        self.passes[at] = self.passes[at].clone().with(&next);
        true
    }

    /// Whether another late pass can be noted: these are never joined.
    pub fn has_room_for_late(&self) -> bool {
        self.passes.iter().filter(|pass| pass.late.is_some()).count() < MOST_PASSES / 2
    }

    /// The pass with this number.
    pub fn pass(&self, number: usize) -> Option<&SentPass> {
        self.passes.get(number)
    }

    /// Puts other passes in the place of one, which cover the same together.
    pub fn replace(&mut self, number: usize, by: Vec<SentPass>) {
        self.passes.splice(number..=number, by);
    }

    /// As text.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}:{}:{:x}:{:x}", Self::HEAD, self.stream, self.upto.0, self.proved.unix().max(0));
        for pass in &self.passes {
            let SentPass { after, first, upto, since, sent, tries, form, late } = pass;
            let (since, sent, form) = (since.unix().max(0), sent.unix().max(0), form.letter());
            text.push_str(&format!(";{:x}.{:x}.{:x}.{since:x}.{sent:x}.{tries:x}.{form}", after.0, first.0, upto.0));
            if let Some((stream, ids)) = late {
                text.push_str(&format!(".{stream}"));
                ids.iter().for_each(|id| text.push_str(&format!(".{:x}", id.0)));
            }
        }
        text
    }

    /// Reads what [`Self::to_text`] wrote. `None` for anything else: a new stream begins then.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| u64::from_str_radix(text, 16).ok();
        let mut parts = text.split(';');
        let mut head = parts.next()?.strip_prefix(Self::HEAD)?.strip_prefix(':')?.split(':');
        let mut sent = Self::begin(Stream(number(head.next()?)?), ChangeId(number(head.next()?)?));
        sent.proved = Timestamp::from_unix(i64::try_from(number(head.next()?)?).ok()?);
        for part in parts {
            let mut fields = part.split('.');
            let mut next = || number(fields.next()?);
            let (after, first, upto) = (ChangeId(next()?), ChangeId(next()?), ChangeId(next()?));
            let mut time = || Some(Timestamp::from_unix(i64::try_from(next()?).ok()?));
            let (since, sent_at) = (time()?, time()?);
            let tries = u32::try_from(next()?).ok()?;
            let letter = fields.next()?;
            let (form, _) = Form::ALL.into_iter().find(|(_, known)| letter.chars().eq([*known]))?;
            let late: Vec<u64> = fields.map(number).collect::<Option<_>>()?;
            let late =
                late.split_first().map(|(stream, ids)| (Stream(*stream), ids.iter().copied().map(ChangeId).collect()));
            sent.passes.push(SentPass { after, first, upto, since, sent: sent_at, tries, form, late });
        }
        Some(sent)
    }
}

/// The time of a proof that there is not.
const NEVER: Timestamp = Timestamp::from_unix(0);

/// The beginning of 2026, before which there were no streams.
const FIRST_STREAM: i64 = 1_767_225_600;

/// Streams of questions have numbers from here on, those of late changes behind them; all are below 2^53.
const ASKS: u64 = 1 << 51;
const LATE: u64 = 1 << 52;

#[cfg(test)]
mod tests;
