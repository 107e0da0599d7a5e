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

use std::time::Duration;

use super::{
    change::ChangeId,
    receipts::{Range, Receipts, Stream},
    time::Timestamp,
};

/// In which form changes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they are.
    Whole,
    /// Without their details: everything may have changed.
    WithoutDetails,
    /// Likewise, for the last time: others that went with what was sent before, or after it, were handled. It is repeated until that is so
    /// again.
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
    /// When that was sent last of which changes were handled.
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
                    *last = last.clone().with(&pass)
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

    /// What is to be sent again now, by its numbers; empty if nothing is. `heard`: when the client reported last.
    pub fn due_again(
        &self,
        receipts: &Receipts,
        heard: Option<Timestamp>,
        now: Timestamp,
        rules: AgainRules,
    ) -> Vec<usize> {
        let unhandled: Vec<(usize, &SentPass, Word)> = self
            .outstanding(receipts, now, rules)
            .map(|(number, pass)| (number, pass, self.word(pass, receipts, heard, now, rules)))
            .collect();
        // A time far ahead is of a clock that was set back, and not waited for.
        let is_due =
            |pass: &SentPass, word: Word| now >= due_at(pass, word, rules) || pass.sent > now.plus(rules.within);
        let oldest = unhandled.iter().copied().find(|(_, pass, word)| is_due(pass, *word));
        match oldest {
            None | Some((_, _, Word::Busy)) => Vec::new(),
            Some((_, _, Word::Quiet)) => {
                unhandled.into_iter().filter(|(_, _, word)| *word == Word::Quiet).map(|(number, ..)| number).collect()
            }
            Some((number, _, Word::Silent)) => {
                // One at a time, until something is heard.
                let waits = unhandled.iter().any(|(_, pass, word)| pass.tries > 0 && !is_due(pass, *word));
                if waits { Vec::new() } else { vec![number] }
            }
            Some((_, first, Word::Idle)) => {
                let is_alike = |pass: &SentPass| (pass.tries == 0) == (first.tries == 0);
                let alike = unhandled
                    .into_iter()
                    .filter(|(_, pass, word)| *word == Word::Idle && is_due(pass, *word) && is_alike(pass));
                alike.map(|(number, ..)| number).collect()
            }
        }
    }

    /// What is known of a client that has not handled a pass.
    fn word(
        &self,
        pass: &SentPass,
        receipts: &Receipts,
        heard: Option<Timestamp>,
        now: Timestamp,
        rules: AgainRules,
    ) -> Word {
        // What was said by a clock that was set back since is not known to be of now. Those of two servers differ a little.
        const SKEW: Duration = Duration::from_secs(60);
        let heard = heard.filter(|heard| *heard <= now.plus(SKEW));
        // Times are whole seconds, and what only asks is handled at once.
        let Some(heard) = heard.filter(|heard| *heard >= pass.sent) else {
            // Before that, too, it may have told of a queue that is long.
            let is_fresh = heard.is_some_and(|heard| heard.until(now) < rules.within);
            return if is_fresh && receipts.is_idle() == Some(false) { Word::Busy } else { Word::Silent };
        };
        match receipts.is_idle() {
            Some(true) => Word::Idle,
            Some(false) if heard.until(now) < rules.within => Word::Busy,
            Some(false) => Word::Quiet,
            // A queue of which that is not known gives out first what was pushed first.
            None if self.was_overtaken(pass, receipts, now) => Word::Idle,
            None => Word::Silent,
        }
    }

    /// Whether something was handled that was pushed after the pass was sent last.
    fn was_overtaken(&self, pass: &SentPass, receipts: &Receipts, now: Timestamp) -> bool {
        let [sent, now] = [pass.sent, now].map(|at| ChangeId(at.unix().max(0).unsigned_abs()));
        let is_followed = pass.tries == 0 && receipts.last_of(self.stream).is_some_and(|last| last > pass.upto);
        is_followed || receipts.last_of(self.questions()).is_some_and(|asked| (sent..=now).contains(&asked))
    }

    /// Whether the client is only asked for a report: notifications waited there when it gave the last one, long ago.
    pub fn is_asked(
        &self,
        number: usize,
        receipts: &Receipts,
        heard: Option<Timestamp>,
        now: Timestamp,
        rules: AgainRules,
    ) -> bool {
        self.passes.get(number).is_some_and(|pass| self.word(pass, receipts, heard, now, rules) == Word::Quiet)
    }

    /// Whether less of it goes than before: nothing waits at the client, and it has not handled what was sent twice.
    pub fn escalates(
        &self,
        number: usize,
        receipts: &Receipts,
        heard: Option<Timestamp>,
        now: Timestamp,
        rules: AgainRules,
    ) -> bool {
        let is_idle = |pass: &SentPass| self.word(pass, receipts, heard, now, rules) == Word::Idle;
        self.passes.get(number).is_some_and(|pass| pass.tries > 0 && is_idle(pass))
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

/// When something was proved of which nothing is.
const NEVER: Timestamp = Timestamp::from_unix(0);

/// The beginning of 2026, before which there were no streams.
const FIRST_STREAM: i64 = 1_767_225_600;

/// Streams of questions have numbers from here on, those of late changes behind them; all are below 2^53.
const ASKS: u64 = 1 << 51;
const LATE: u64 = 1 << 52;

/// What is known of a client that has not handled a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Nothing: it may have no runner, or have lost its queue.
    Silent,
    /// Notifications wait in its queue, this one perhaps among them.
    Busy,
    /// They did when it was heard of, and that is long ago.
    Quiet,
    /// It was heard of since, and nothing waits there.
    Idle,
}

/// When a pass is sent again. A client of which nothing is heard is asked less and less often, at last after eight times
/// as long, or once a day.
fn due_at(pass: &SentPass, word: Word, rules: AgainRules) -> Timestamp {
    const DAY: Duration = Duration::from_secs(86_400);
    let factor = if word == Word::Silent { 1 << pass.tries.min(3) } else { 1 };
    pass.sent.plus((rules.within * factor).min(DAY.max(rules.within)))
}

/// How a pass is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// When.
    pub now: Timestamp,
    /// Whether less of it goes than before.
    pub escalates: bool,
    /// Whether another pass can be noted.
    pub has_room: bool,
    /// Whether something that went with what was sent last, or after it, was handled.
    pub is_proved: bool,
}

/// What becomes of a pass that is sent again, of which these changes are still there: the pieces in which it goes. Each is noted, and
/// together they cover what it covered.
pub fn pieces(pass: &SentPass, changes: &[ChangeId], again: Again) -> Vec<SentPass> {
    let Again { now, escalates, has_room, is_proved } = again;
    let whole = SentPass { sent: now, tries: pass.tries + 1, ..pass.clone() };
    let (head, tail) = changes.split_at(changes.len() / 2);
    match (head.last(), tail.first()) {
        // It was deleted, or concerns the client no longer.
        (None, None) => Vec::new(),
        _ if !escalates => vec![whole],
        (Some(_), Some(_)) if !has_room => vec![whole],
        (Some(middle), Some(next)) => {
            let late = |ids: &[ChangeId]| pass.late.as_ref().map(|(stream, _)| (*stream, ids.to_vec()));
            let first = SentPass { upto: *middle, late: late(head), ..whole.clone() };
            vec![first, SentPass { after: *middle, first: *next, late: late(tail), ..whole }]
        }
        _ => {
            let form = match pass.form {
                Form::Whole | Form::WithoutDetails if is_proved => Form::LastAttempt,
                Form::Whole | Form::WithoutDetails => Form::WithoutDetails,
                Form::LastAttempt if !is_proved => Form::LastAttempt,
                Form::LastAttempt | Form::Aside => Form::Aside,
            };
            vec![SentPass { form, ..whole }]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const RULES: AgainRules = AgainRules { within: Duration::from_secs(600), give_up: Duration::from_secs(86_400) };

    fn at(seconds: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(seconds))
    }

    fn pass(after: u64, first: u64, upto: u64, sent: Timestamp) -> SentPass {
        let (after, first, upto) = (ChangeId(after), ChangeId(first), ChangeId(upto));
        SentPass { after, first, upto, since: sent, sent, tries: 0, form: Form::Whole, late: None }
    }

    fn sent(passes: impl IntoIterator<Item = SentPass>) -> Sent {
        let mut sent = Sent::begin(Stream(5), ChangeId(0));
        passes.into_iter().for_each(|pass| sent.push(pass));
        sent
    }

    fn handled(ranges: &[(u64, u64)]) -> Receipts {
        let range = |(after, upto): &(u64, u64)| Range::new(Stream(5), ChangeId(*after), ChangeId(*upto)).unwrap();
        Receipts::of(ranges.iter().map(range))
    }

    #[test]
    fn a_note_survives_a_round_trip_and_is_bounded() {
        let late = SentPass { late: Some((Stream(LATE + 3), vec![ChangeId(3), ChangeId(4)])), ..pass(2, 3, 4, NOW) };
        let aside = SentPass { form: Form::Aside, tries: 7, ..pass(30, 31, 31, at(5)) };
        let noted = sent([pass(0, 5, 20, NOW), late, pass(20, 22, 30, NOW), aside]);
        assert_eq!(Sent::parse(&noted.to_text()), Some(noted));
        let biggest = u64::from(u32::MAX);
        let passes = (0..MOST_PASSES).map(|_| SentPass {
            tries: 99,
            late: Some((Stream((1 << 53) - 1), vec![ChangeId(biggest); MOST_LATE])),
            ..pass(biggest, biggest, biggest, NOW)
        });
        let text = sent(passes).to_text();
        assert!(text.len() < 4000, "{} bytes", text.len());
        for rubbish in
            ["", "wd1s", "wd1s:5", "wd1s:5:1", "wd1s:5:1:x", "wd1s:5:1:0;1.2", "wd1s:5:1:0;1.2.3.4.5.6.z", "wd2s:5:1:0"]
        {
            assert_eq!(Sent::parse(rubbish), None, "{rubbish}");
        }
    }

    #[test]
    fn of_too_many_passes_those_that_are_closest_in_time_become_one() {
        let many = sent((0..100).map(|n| pass(10 * n, 10 * n + 3, 10 * n + 10, at(60 * n))));
        assert_eq!(many.open().count(), MOST_PASSES);
        assert_eq!((many.floor(), many.upto), (ChangeId(0), ChangeId(1000)));
        let first = many.pass(0).unwrap();
        assert_eq!((first.after, first.first), (ChangeId(0), ChangeId(3)));
        assert!(many.open().zip(many.open().skip(1)).all(|(one, next)| one.upto == next.after));
        let longest = many.open().map(|pass| pass.since.until(pass.sent)).max().unwrap();
        assert!(longest <= Duration::from_secs(600), "none is long: {longest:?} of 100 minutes");
    }

    #[test]
    fn g16_what_is_given_up_is_not_taken_for_handled() {
        let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 20, at(9)), pass(20, 25, 30, at(80_000))]);
        let settled = noted.settled(&handled(&[]), ChangeId(40), at(90_000), RULES).unwrap();
        let bounds = |sent: &Sent| sent.open().map(|pass| (pass.after.0, pass.upto.0)).collect::<Vec<_>>();
        assert_eq!(bounds(&settled), [(0, 20), (20, 30)], "it stays noted, as one");
        let none = handled(&[]);
        assert_eq!(settled.outstanding(&none, at(90_000), RULES).map(|(number, _)| number).collect::<Vec<_>>(), [1]);
        assert_eq!(settled.due_again(&none, None, at(90_000), RULES), [1]);
        let after_all = settled.settled(&handled(&[(0, 20)]), ChangeId(40), at(90_000), RULES).unwrap();
        assert_eq!(bounds(&after_all), [(20, 30)], "until it is handled after all");
        let mut watched = after_all;
        watched.give_up(RULES);
        assert!(watched.outstanding(&none, at(80_000), RULES).next().is_none(), "somebody else serves it");
        assert_eq!(bounds(&watched), [(20, 30)]);
    }

    #[test]
    fn of_a_pass_that_was_handled_in_part_the_rest_is_noted() {
        let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 30, NOW)]);
        let settled = |ranges: &[(u64, u64)]| {
            let settled = noted.settled(&handled(ranges), ChangeId(40), at(1), RULES).unwrap();
            settled.open().map(|pass| (pass.after.0, pass.first.0, pass.upto.0)).collect::<Vec<_>>()
        };
        assert_eq!(settled(&[(0, 18)]), [(18, 19, 30)]);
        assert_eq!(settled(&[(0, 10), (20, 30)]), [(10, 15, 20)]);
        assert_eq!(settled(&[(0, 12), (20, 25)]), [(12, 15, 30)], "a hole in the middle is not cut out");
        assert_eq!(settled(&[(0, 12), (14, 30)]), [(12, 15, 30)], "it keeps its first change");
    }

    #[test]
    fn g16_what_was_handled_is_forgotten_and_a_hole_is_not() {
        let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 20, NOW), pass(20, 25, 30, NOW)]);
        let settled = noted.settled(&handled(&[(0, 10), (20, 30)]), ChangeId(40), at(1), RULES).unwrap();
        let left: Vec<_> = settled.open().map(|pass| pass.upto.0).collect();
        assert_eq!((left, settled.floor(), settled.upto), (vec![20], ChangeId(10), ChangeId(30)));
        let all = noted.settled(&handled(&[(0, 30)]), ChangeId(40), at(1), RULES).unwrap();
        assert_eq!((all.open().count(), all.floor()), (0, ChangeId(30)));
    }

    #[test]
    fn g3_a_pass_that_was_noted_and_not_recorded_is_done_again_with_the_same_range() {
        let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 20, NOW)]);
        let settled = noted.settled(&handled(&[]), ChangeId(12), at(1), RULES).unwrap();
        assert_eq!((settled.open().count(), settled.upto), (1, ChangeId(10)));
        assert_eq!(noted.settled(&handled(&[]), ChangeId(9), at(1), RULES).unwrap().upto, ChangeId(0));
        // Also if there are so many that some become one.
        let mut many = sent((0..30).map(|n| pass(10 * n, 10 * n + 3, 10 * n + 10, at(60 * n))));
        let before = many.clone();
        many.push(pass(300, 305, 310, at(60 * 29)));
        let settled = many.settled(&handled(&[]), ChangeId(303), at(9000), RULES).unwrap();
        assert_eq!((settled.upto, settled.open().last()), (before.upto, before.open().last()));
        let began_at_30 = Sent::begin(Stream(5), ChangeId(30));
        assert_eq!(began_at_30.settled(&handled(&[]), ChangeId(20), at(1), RULES), None, "it was set back");
    }

    #[test]
    fn g16_what_was_not_handled_in_time_is_due_again() {
        let noted = sent([pass(0, 1, 10, NOW), pass(10, 15, 20, at(1))]);
        let due = |handled: &Receipts, heard, seconds| noted.due_again(handled, heard, at(seconds), RULES);
        const NOTHING: [usize; 0] = [];
        assert_eq!(due(&handled(&[]), None, 599), NOTHING);
        assert_eq!(due(&handled(&[]), None, 700), [0], "nothing is heard of it: one at a time");
        let idle = |ranges| handled(ranges).when_idle(Some(true));
        let busy = |ranges| handled(ranges).when_idle(Some(false));
        assert_eq!(due(&idle(&[]), Some(at(100)), 700), [0, 1], "nothing waits there: all at once");
        assert_eq!(due(&busy(&[]), Some(at(650)), 700), NOTHING, "it is behind, and has it in its queue");
        assert_eq!(due(&busy(&[]), Some(at(650)), 9000), [0, 1], "since then nothing was heard");
        let is_asked = |heard| noted.is_asked(0, &busy(&[]), Some(at(heard)), at(9000), RULES);
        assert!(is_asked(650) && !is_asked(8900));
        assert_eq!(due(&handled(&[]), Some(at(100)), 700), [0], "it may be behind");
        assert_eq!(due(&handled(&[(10, 20)]), Some(at(100)), 700), [0], "what came after it was handled");
        assert_eq!(due(&handled(&[(0, 10)]), None, 700), [1]);
        assert_eq!(due(&handled(&[(0, 20)]), None, 700), NOTHING);
        assert_eq!(due(&handled(&[]), None, 90_000), NOTHING, "it is given up");
    }

    #[test]
    fn g16_of_a_client_that_was_set_back_what_it_has_not_handled_is_carried_over() {
        let late = SentPass { late: Some((Stream(LATE + 3), vec![ChangeId(33)])), ..pass(32, 33, 33, NOW) };
        let again = SentPass { tries: 3, form: Form::LastAttempt, ..pass(0, 1, 10, NOW) };
        let noted = sent([again, pass(10, 15, 20, NOW), pass(20, 25, 30, NOW), late]);
        let receipts = handled(&[(10, 20)]);
        for seen in [27, 22] {
            let carried = noted.carried_over(Stream(9), &receipts, ChangeId(seen));
            assert_eq!((carried.stream, carried.upto), (Stream(9), ChangeId(seen)));
            let left: Vec<_> = carried.open().map(|pass| (pass.after.0, pass.upto.0, pass.tries, pass.form)).collect();
            let whole = |after, upto| (after, upto, 0, Form::Whole);
            let cut = [whole(0, 10), whole(20, 27), whole(32, 33)];
            assert_eq!(left, if seen == 27 { cut.to_vec() } else { vec![cut[0], cut[2]] });
        }
    }

    #[test]
    fn g10_what_was_noted_by_a_clock_that_was_set_back_is_not_counted_on() {
        let ahead = at(7200);
        let mut noted = sent([pass(0, 1, 10, ahead), SentPass { tries: 1, ..pass(10, 15, 20, NOW) }]);
        noted.proved = ahead;
        let settled = noted.settled(&handled(&[]), ChangeId(40), at(700), RULES).unwrap();
        let times: Vec<_> = settled.open().map(|pass| (pass.since, pass.sent)).collect();
        assert_eq!((settled.proved, times), (NEVER, vec![(at(700), at(700)), (NOW, NOW)]), "it holds back for ever");
        // It said so an hour before, and is down since.
        let idle = handled(&[]).when_idle(Some(true));
        assert!(noted.escalates(1, &idle, Some(at(60)), at(700), RULES));
        assert!(!noted.escalates(1, &idle, Some(ahead), at(700), RULES));
        let question = noted.question(ahead).unwrap();
        assert!(!noted.escalates(1, &Receipts::of([question]), Some(at(60)), at(700), RULES));
        let busy = handled(&[]).when_idle(Some(false));
        assert_eq!(noted.due_again(&busy, Some(ahead), at(1300), RULES), [0], "it is not waited for until then");
    }

    #[test]
    fn a_client_of_which_nothing_is_heard_is_asked_less_and_less_often() {
        let asked = |tries, seconds| {
            let noted = sent([SentPass { tries, ..pass(0, 1, 10, NOW) }, pass(10, 11, 20, NOW)]);
            noted.due_again(&handled(&[]), None, at(seconds), RULES)
        };
        assert!(asked(1, 1199).is_empty(), "the second waits for what becomes of the first");
        assert_eq!(asked(1, 1200), [0]);
        assert_eq!((asked(3, 4799), asked(3, 4800)), (vec![], vec![0]));
        assert_eq!((asked(9, 4799), asked(9, 4800)), (vec![], vec![0]));
    }

    #[test]
    fn g16_a_client_that_is_behind_is_not_taken_for_one_that_cannot_handle_it() {
        let noted = sent([SentPass { tries: 1, ..pass(0, 1, 10, NOW) }, pass(10, 15, 20, NOW)]);
        let escalates =
            |receipts: Receipts, heard: u64| noted.escalates(0, &receipts, Some(at(heard)), at(1300), RULES);
        assert!(escalates(handled(&[]).when_idle(Some(true)), 1200));
        assert!(!escalates(handled(&[]).when_idle(Some(false)), 1200), "it is in its queue");
        assert!(!escalates(handled(&[]), 1200), "it may be");
        assert!(!escalates(handled(&[(10, 20)]), 1200), "that was pushed before it was sent again");
        let question = noted.question(NOW).unwrap();
        assert!(escalates(Receipts::of([question]), 1200), "what was pushed after it was handled");
    }

    #[test]
    fn g16_what_kills_a_client_is_cut_out_and_set_aside() {
        let ids: Vec<ChangeId> = (1..=5).map(ChangeId).collect();
        let whole = SentPass { tries: 1, ..pass(0, 1, 9, NOW) };
        let again = |escalates| Again { now: at(9), escalates, has_room: true, is_proved: true };
        assert_eq!(pieces(&whole, &ids, again(false)), [SentPass { tries: 2, sent: at(9), ..whole.clone() }]);
        let halves = pieces(&whole, &ids, again(true));
        let bounds: Vec<_> = halves.iter().map(|pass| (pass.after.0, pass.first.0, pass.upto.0)).collect();
        assert_eq!(bounds, [(0, 1, 2), (2, 3, 9)]);
        let single = &pieces(&halves[0], &ids[..1], Again { has_room: false, ..again(true) })[0];
        assert_eq!(single.form, Form::LastAttempt);
        let unproved = Again { is_proved: false, ..again(true) };
        let bare = &pieces(&halves[0], &ids[..1], unproved)[0];
        assert_eq!(bare.form, Form::WithoutDetails);
        assert_eq!(pieces(bare, &ids[..1], unproved)[0].form, Form::WithoutDetails, "nothing else was handled either");
        assert_eq!(pieces(bare, &ids[..1], again(true))[0].form, Form::LastAttempt);
        assert_eq!(pieces(single, &ids[..1], again(true))[0].form, Form::Aside);
        assert_eq!(pieces(single, &ids[..1], unproved)[0].form, Form::LastAttempt, "it may be down");
        assert_eq!(pieces(&whole, &[], again(true)), [], "nothing is left of it");
        assert_eq!(pieces(&whole, &ids, Again { has_room: false, ..again(true) }).len(), 1);
    }

    #[test]
    fn late_changes_have_a_stream_that_tells_their_ids() {
        let noted = sent([]);
        let found = |ids: &[u64], seconds| {
            noted.late_stream(&ids.iter().copied().map(ChangeId).collect::<Vec<_>>(), at(seconds))
        };
        let stream = |ids: &[u64]| found(ids, 0);
        assert_ne!(stream(&[5]), found(&[5], 1), "it was taken up again");
        assert_eq!(stream(&[5, 9]), stream(&[5, 9]));
        assert_ne!(stream(&[5, 9]), stream(&[5, 7, 9]));
        assert!(stream(&[5]).0 >= LATE && stream(&[5]).0 < 1 << 53);
        assert!(Sent::new_stream(None, NOW, u64::MAX).0 < ASKS);
        assert!(noted.questions().0 >= ASKS && noted.questions().0 < LATE);
        assert!(Sent::new_stream(Some(&sent([])), Timestamp::from_unix(0), 0) > Stream(5));
    }

    #[test]
    fn a_client_that_was_restored_gets_the_rest_at_once() {
        let long_ago = NOW.minus(Duration::from_secs(90_000));
        let before = sent([pass(10, 12, 20, long_ago), pass(130, 131, 140, NOW)]);
        let sent = before.restored(Stream(7), &handled(&[]), (ChangeId(120), ChangeId(200)), NOW, RULES);
        assert_eq!(sent.due_again(&Receipts::default(), None, NOW, RULES), [1]);
        let bounds: Vec<_> = sent.open().map(|pass| (pass.after.0, pass.upto.0)).collect();
        assert_eq!(
            (bounds, sent.upto),
            (vec![(10, 20), (120, 200)], ChangeId(200)),
            "what was given up is still shown"
        );
    }
}
