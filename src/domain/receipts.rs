//! What a client has handled: receipts for the notifications that it got, kept by the client and reported to the repo.
//!
//! A notification in our own format says which ids of which **stream** it covers. When a client has handled one, it keeps a receipt
//! in its own database. Receipts that touch are joined, so that little is left of them, and from time to time one process of the
//! client reports them to the repo, in its row of `wb_changes_receipt`. What the repo has sent since it knows by itself
//! ([`Sent`](super::sent::Sent)).
//!
//! Ids are comparable within a stream only. A client has one main stream, in which its passes follow each other; the repo begins
//! another one when positions lose their meaning (ids began anew, an admin has set the client back). Late changes are sent in a
//! stream of their own.

use std::{collections::BTreeMap, fmt};

use super::{change::ChangeId, sent::Sent, time::Timestamp};

/// Names a stream. Less than 2^53, which is what JSON carries everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream(pub u64);

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

/// Ids after `after`, up to `upto`, of a stream. Not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// Of which stream.
    pub stream: Stream,
    /// The id before the first one.
    pub after: ChangeId,
    /// The last one.
    pub upto: ChangeId,
}

impl Range {
    /// `None` if it is empty, or the wrong way round.
    pub fn new(stream: Stream, after: ChangeId, upto: ChangeId) -> Option<Self> {
        (after < upto).then_some(Self { stream, after, upto })
    }

    /// Whether all of `other` is in it.
    pub fn covers(self, other: Self) -> bool {
        self.stream == other.stream && self.after <= other.after && other.upto <= self.upto
    }
}

/// Ranges, joined where they touch, in ascending order.
pub fn joined(ranges: impl IntoIterator<Item = Range>) -> Vec<Range> {
    let mut ranges: Vec<Range> = ranges.into_iter().collect();
    ranges.sort_unstable();
    let mut joined: Vec<Range> = Vec::new();
    for range in ranges {
        match joined.last_mut().filter(|last| last.stream == range.stream && range.after <= last.upto) {
            Some(last) => last.upto = last.upto.max(range.upto),
            None => joined.push(range),
        }
    }
    joined
}

/// What a client says that it has handled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipts {
    /// Joined.
    ranges: Vec<Range>,
    /// The client knows less than it has said before, in this stream: it was restored from a backup. It has handled everything up to
    /// the id, and wants what came after it again.
    restored: Option<(Stream, ChangeId)>,
    /// Whether no notification waited in the client's queue when it reported; `None` if the queue cannot tell.
    is_idle: Option<bool>,
    /// The class of the last error by which a notification failed; `None` if none did, or everything was handled since.
    failure: Option<String>,
}

/// Bytes of a report, some 400 ranges. What does not fit is reported later: of the main stream, the first ones matter most, since they
/// hold the others up; the other streams have few.
const MOST_BYTES: usize = 8000;

impl Receipts {
    const HEAD: &'static str = "wd1h";
    const MOST_OF_CLASS: usize = 100;

    /// The receipts of a client that has handled nothing.
    pub const fn none() -> Self {
        Self { ranges: Vec::new(), restored: None, is_idle: None, failure: None }
    }

    /// Receipts for these ranges.
    pub fn of(ranges: impl IntoIterator<Item = Range>) -> Self {
        Self { ranges: joined(ranges), ..Self::none() }
    }

    /// Reads what [`Self::to_text`] wrote.
    ///
    /// # Errors
    /// What is wrong with it, for a log line.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix(Self::HEAD).ok_or("it is of an unknown form")?;
        let number = |text: &str| u64::from_str_radix(text, 16).map_err(|_| "a number cannot be read");
        let mut receipts = Self::default();
        for part in rest.split(';').skip(1) {
            if let Some(class) = part.strip_prefix('~') {
                receipts = receipts.failing_with(class);
                continue;
            }
            if let Some(idle) = part.strip_prefix('=') {
                receipts.is_idle = Some(number(idle)? == 1);
                continue;
            }
            let (stream, rest) = part.split_once(':').ok_or("a range names no stream")?;
            if let Some(stream) = stream.strip_prefix('!') {
                receipts.restored = Some((Stream(number(stream)?), ChangeId(number(rest)?)));
                continue;
            }
            let stream = Stream(number(stream)?);
            for range in rest.split(',') {
                let (after, upto) = range.split_once('-').ok_or("a range has no end")?;
                let range = Range::new(stream, ChangeId(number(after)?), ChangeId(number(upto)?));
                receipts.ranges.push(range.ok_or("a range is empty or the wrong way round")?);
            }
        }
        receipts.ranges = joined(receipts.ranges);
        Ok(receipts)
    }

    /// As text of at most 8000 bytes and a little; what does not fit is left out.
    pub fn to_text(&self) -> String {
        let mut text = Self::HEAD.to_owned();
        if let Some(is_idle) = self.is_idle {
            text.push_str(&format!(";={}", u8::from(is_idle)));
        }
        if let Some(class) = &self.failure {
            text.push_str(&format!(";~{class}"));
        }
        if let Some((stream, after)) = self.restored {
            text.push_str(&format!(";!{stream}:{:x}", after.0));
        }
        for of_stream in self.ranges.chunk_by(|one, next| one.stream == next.stream).rev() {
            let mut separator = format!(";{}:", of_stream[0].stream);
            for range in of_stream {
                if text.len() >= MOST_BYTES {
                    return text;
                }
                text.push_str(&format!("{separator}{:x}-{:x}", range.after.0, range.upto.0));
                separator = ",".to_owned();
            }
        }
        text
    }

    /// Whether everything in `range` was handled.
    pub fn cover(&self, range: Range) -> bool {
        self.ranges.iter().any(|handled| handled.covers(range))
    }

    /// The run of handled ids of `stream` in which this one is.
    pub fn run_at(&self, stream: Stream, id: ChangeId) -> Option<Range> {
        self.ranges.iter().find(|run| run.stream == stream && run.after < id && id <= run.upto).copied()
    }

    /// The same, of a client in whose queue no notification waits, or some do.
    #[must_use]
    pub fn when_idle(self, is_idle: Option<bool>) -> Self {
        Self { is_idle, ..self }
    }

    /// The same, of a client that has failed with an error of this class.
    #[must_use]
    pub fn failing_with(self, class: &str) -> Self {
        let is_of_name = |c: &char| c.is_ascii_alphanumeric() || ['\\', '_'].contains(c);
        Self { failure: Some(class.chars().filter(is_of_name).take(Self::MOST_OF_CLASS).collect()), ..self }
    }

    /// The class of the last error by which a notification failed; `None` if none did, or everything was handled since.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Whether no notification waited in the client's queue when it reported; `None` if the queue cannot tell.
    pub fn is_idle(&self) -> Option<bool> {
        self.is_idle
    }

    /// The last id of `stream` that was handled.
    pub fn last_of(&self, stream: Stream) -> Option<ChangeId> {
        self.ranges.iter().filter(|range| range.stream == stream).map(|range| range.upto).max()
    }

    /// After which change a client that was restored from a backup wants to hear everything again, if it is in this stream.
    pub fn restored_in(&self, stream: Stream) -> Option<ChangeId> {
        self.restored.filter(|(of, _)| *of == stream).map(|(_, after)| after)
    }
}

/// What a client has reported, as the repo finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// What it has handled; nothing if that cannot be read.
    pub receipts: Receipts,
    /// Why that cannot be read.
    pub refused: Option<&'static str>,
    /// When it reported, by the repo database's clock.
    pub at: Timestamp,
}

impl Reported {
    /// Reads the columns; `None` without a time.
    pub fn read(handled: &str, time: &str) -> Option<Self> {
        let at = Timestamp::parse_mw(time)?;
        let (receipts, refused) = match Receipts::parse(handled) {
            Ok(receipts) => (receipts, None),
            Err(why) => (Receipts::none(), Some(why)),
        };
        Some(Self { receipts, refused, at })
    }
}

/// What a client reports, and which receipts it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// For the repo.
    pub receipts: Receipts,
    /// To keep in place of all that were kept before: joined, and without those that the repo does not ask for any more.
    pub kept: Vec<Range>,
}

/// Streams of which the repo knows nothing yet, or no longer, whose receipts are kept.
const MOST_STREAMS: usize = 8;

/// What a client has to report that has `kept` these receipts and `said` this before, to a repo that has `sent` it this. `is_idle`: see
/// [`Receipts::is_idle`].
pub fn report(
    kept: impl IntoIterator<Item = Range>,
    sent: Option<&Sent>,
    said: Option<&Receipts>,
    is_idle: Option<bool>,
) -> Report {
    let ranges = joined(kept);
    let Some(sent) = sent else {
        // Nothing was recorded yet, but the first notification may have been faster than the record of it.
        return Report { receipts: Receipts::of(ranges.clone()).when_idle(is_idle), kept: ranges };
    };
    let (main, others): (Vec<Range>, Vec<Range>) = ranges.into_iter().partition(|range| range.stream == sent.stream);
    let floor = sent.floor();
    let restored = said.and_then(|said| {
        // It says so until the repo has begun another stream: every report takes the place of the one before.
        let told = said.restored_in(sent.stream);
        told.into_iter().chain(handled_before_the_loss(&main, said, sent.stream, floor)).min()
    });
    let mut kept: Vec<Range> = if restored.is_some() {
        main
    } else {
        // Below the floor nobody asks. The run that reaches it stays: by it a client knows that it was not restored.
        main.into_iter().filter(|range| range.upto >= floor).collect()
    };
    kept.extend(known_streams(others, sent));
    kept.sort_unstable();
    let restored = restored.map(|after| (sent.stream, after));
    let mut receipts = Receipts { ranges: kept.clone(), restored, is_idle, failure: None };
    if sent.unhandled(&receipts).next().is_some() {
        receipts.failure = said.and_then(|said| said.failure.clone());
    }
    Report { receipts, kept }
}

/// Up to where a client has certainly handled everything that does not know any more what it has said: it was restored. `None` if it
/// knows all of that. `kept`: its receipts of the main stream; what lies below `floor` it was free to forget.
fn handled_before_the_loss(kept: &[Range], said: &Receipts, main: Stream, floor: ChangeId) -> Option<ChangeId> {
    let lost = said.ranges.iter().filter(|said| said.stream == main && said.upto >= floor);
    let lost = lost.filter(|said| !kept.iter().any(|range| range.covers(**said)));
    lost.map(|said| {
        let begun = kept.iter().find(|range| range.after <= said.after && said.after < range.upto);
        // Else the backup is from before that range, and the first run is what it had handled by then.
        let before = kept.first().filter(|first| first.upto <= said.after);
        begun.or(before).map_or(ChangeId(0), |range| range.upto)
    })
    .min()
}

/// Receipts of other streams than the main one that the repo asks for, or may yet.
fn known_streams(ranges: Vec<Range>, sent: &Sent) -> Vec<Range> {
    let mut streams: BTreeMap<Stream, Vec<Range>> = BTreeMap::new();
    for range in ranges {
        streams.entry(range.stream).or_default().push(range);
    }
    // Of questions the last one counts.
    let question = streams.remove(&sent.questions()).and_then(|ranges| ranges.last().copied());
    let (asked, unknown): (Vec<_>, Vec<_>) =
        streams.into_iter().partition(|(stream, _)| sent.open().any(|pass| pass.range(sent.stream).stream == *stream));
    // A stream begins with a higher number than those before.
    let recent = unknown.into_iter().filter(|(stream, _)| *stream > sent.stream).rev().take(MOST_STREAMS);
    asked.into_iter().chain(recent).flat_map(|(_, ranges)| ranges).chain(question).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::sent::{Form, SentPass},
        *,
    };

    const MAIN: Stream = Stream(5);

    fn range(after: u64, upto: u64) -> Range {
        Range::new(MAIN, ChangeId(after), ChangeId(upto)).unwrap()
    }

    fn sent(floor: u64) -> Sent {
        Sent::begin(MAIN, ChangeId(floor))
    }

    #[test]
    fn ranges_that_touch_are_joined_and_a_hole_keeps_them_apart() {
        assert_eq!(joined([range(20, 30), range(0, 10), range(10, 12), range(5, 11)]), [range(0, 12), range(20, 30)]);
        let other = Range { stream: Stream(6), ..range(12, 20) };
        assert_eq!(joined([range(0, 12), other]), [range(0, 12), other]);
    }

    #[test]
    fn a_report_survives_a_round_trip() {
        let receipts = Receipts::of([range(0, 12), range(20, 30), Range { stream: Stream(0xabc), ..range(1, 2) }]);
        assert_eq!(receipts.to_text(), "wd1h;abc:1-2;5:0-c,14-1e");
        assert_eq!(Receipts::parse(&receipts.to_text()), Ok(receipts.clone()));
        let restored = Receipts { restored: Some((MAIN, ChangeId(7))), is_idle: Some(true), ..receipts };
        assert!(restored.to_text().starts_with("wd1h;=1;!5:7;abc:1-2;5:0-c"));
        assert_eq!(Receipts::parse(&restored.to_text()), Ok(restored));
        assert_eq!(Receipts::parse("wd1h"), Ok(Receipts::default()));
        let failing = Receipts::none().failing_with("Wikimedia\\Rdbms\\DBQueryError");
        assert_eq!(failing.to_text(), "wd1h;~Wikimedia\\Rdbms\\DBQueryError");
        assert_eq!(Receipts::parse(&failing.to_text()), Ok(failing));
        let anonymous = Receipts::none().failing_with(&format!("class@anonymous\0/x;{}", "y".repeat(999)));
        assert_eq!(anonymous.failure().map(str::len), Some(100));
        assert_eq!(Receipts::parse(&anonymous.to_text()), Ok(anonymous));
    }

    #[test]
    fn g15_rubbish_is_refused() {
        for text in [
            "",
            "wd2h",
            "wd1h;5",
            "wd1h;5:1",
            "wd1h;5:9-9",
            "wd1h;5:9-1",
            "wd1h;x:1-2",
            "wd1h;5:-1-2",
            "wd1h;!5:x",
            "wd1h;=x",
            "wd1h;",
        ] {
            assert!(Receipts::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn of_too_many_ranges_the_first_are_reported() {
        let many = Receipts::of((0..2000).map(|n| range(10 * n, 10 * n + 5)));
        let text = many.to_text();
        assert!(text.len() <= MOST_BYTES + 20, "{} bytes", text.len());
        assert!(Receipts::parse(&text).unwrap().cover(range(0, 5)));
    }

    #[test]
    fn below_the_floor_only_the_run_that_reaches_it_is_kept() {
        let said = Receipts::of([range(0, 10), range(12, 20)]);
        let report =
            report([range(0, 10), range(12, 20), range(20, 30), range(40, 50)], Some(&sent(20)), Some(&said), None);
        assert_eq!(report.kept, [range(12, 30), range(40, 50)]);
        assert_eq!(report.receipts.restored_in(MAIN), None);
    }

    #[test]
    fn a_client_that_begins_has_handled_nothing_and_was_not_restored() {
        let report = report([range(120, 140)], Some(&sent(100)), Some(&Receipts::default()), None);
        assert_eq!((report.receipts.restored_in(MAIN), report.kept), (None, vec![range(120, 140)]));
    }

    #[test]
    fn a_client_that_knows_less_than_it_has_said_was_restored() {
        let said = Receipts::of([range(0, 140)]);
        let again = |kept: Vec<Range>| report(kept, Some(&sent(140)), Some(&said), None).receipts.restored_in(MAIN);
        assert_eq!(again(vec![range(0, 140)]), None);
        assert_eq!(again(vec![range(0, 120)]), Some(ChangeId(120)));
        assert_eq!(again(vec![range(0, 120), range(140, 150)]), Some(ChangeId(120)), "whatever it has handled since");
        assert_eq!(again(vec![]), Some(ChangeId(0)));
        let said = Receipts::of([range(10, 20), range(30, 60)]);
        let again = |kept: Vec<Range>| report(kept, Some(&sent(20)), Some(&said), None).receipts.restored_in(MAIN);
        assert_eq!(again(vec![range(5, 20), range(30, 70)]), None);
        assert_eq!(again(vec![range(5, 20), range(30, 40), range(60, 70)]), Some(ChangeId(40)), "behind a hole");
        assert_eq!(again(vec![range(5, 20), range(60, 70)]), Some(ChangeId(20)));
        assert_eq!(again(vec![range(60, 70)]), Some(ChangeId(0)));
    }

    #[test]
    fn a_failure_is_told_until_everything_was_handled() {
        let mut sent = sent(20);
        let (after, first, upto) = (ChangeId(20), ChangeId(21), ChangeId(30));
        let at = Timestamp::from_unix(1_800_000_000);
        sent.push(SentPass { after, first, upto, since: at, sent: at, tries: 0, form: Form::Whole, late: None });
        let said = Receipts::of([range(0, 20)]).failing_with("OutOfSpace");
        let next = |kept: Vec<Range>| report(kept, Some(&sent), Some(&said), None).receipts;
        assert_eq!(next(vec![range(0, 25)]).failure(), Some("OutOfSpace"));
        assert_eq!(next(vec![range(0, 30)]).failure(), None);
    }

    #[test]
    fn a_client_says_that_it_was_restored_until_the_repo_begins_another_stream() {
        let first = report([range(0, 120)], Some(&sent(140)), Some(&Receipts::of([range(0, 140)])), None).receipts;
        let handled_since = [range(0, 120), range(140, 150)];
        let second = report(handled_since, Some(&sent(140)), Some(&first), None).receipts;
        assert_eq!(second.restored_in(MAIN), Some(ChangeId(120)));
        let third = report([range(0, 110)], Some(&sent(140)), Some(&second), None).receipts;
        assert_eq!(third.restored_in(MAIN), Some(ChangeId(110)), "restored once more");
        let other = Sent::begin(Stream(6), ChangeId(150));
        let fourth = report(handled_since, Some(&other), Some(&third), None).receipts;
        assert_eq!((fourth.restored_in(MAIN), fourth.restored_in(Stream(6))), (None, None));
    }

    #[test]
    fn a_notification_that_was_faster_than_the_record_of_it_counts() {
        assert_eq!(report([range(0, 10)], None, None, None).kept, [range(0, 10)]);
        let newer = Range { stream: Stream(9), ..range(0, 3) };
        let older = Range { stream: Stream(3), ..range(0, 3) };
        assert_eq!(report([newer, older, range(0, 20)], Some(&sent(20)), None, None).kept, [range(0, 20), newer]);
    }
}
