//! Which changes may go (G8): those that everybody who counts has seen, that have been so for the grace time, and that are older than
//! the keep time.
//!
//! **Keep** (`pruneKeepSeconds`) is the age of a change: it stays so long after it was made, seen or not. It means what it meant for
//! Wikibase's own pruning, and is measured from `change_time`, which Wikibase writes, to the database's clock.
//!
//! **Grace** (`pruneGraceSeconds`) is how long a change stays after *everybody has seen it*, because some notifications name
//! changes by their ids alone, and the job that loads them may still wait in the client's queue. Nothing records when a client
//! saw a change. Wikibase took the age of the change that the last client saw last instead, which is no time of dispatching
//! at all: after an outage of a day, changes went at the moment they were dispatched. So a prune leaves a [`PruneNote`]: up to
//! where everybody had seen, and when that was. The grace time runs from there, and can only be longer than asked for.
//! What goes first goes with the next prune after it: between one grace time and two of them, and a little.

use std::time::Duration;

use super::{change::ChangeId, time::Timestamp};

/// Changes deleted at once, as by Wikibase's own pruning: little enough for a replica to follow at once.
pub const BATCH: usize = 500;

/// The time from one prune to the next: as the buffer holds the keep time anyway, more often would make it hardly shorter, and
/// less often makes more work at once.
pub const EVERY: Duration = Duration::from_secs(600);

/// How long a client that is not configured any more counts, after its state was touched last. Long enough for an old dispatcher that
/// serves it to show that it lives, and for the configuration of a farm to be rolled out, or back, over a weekend; short
/// enough that the buffer of a busy farm (half a million changes a day) stays readable.
pub const VANISHED_AFTER: Duration = Duration::from_secs(3 * 86_400);

/// Somebody who may still need changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A client that is configured and enabled.
    Client {
        /// What it has seen.
        seen: ChangeId,
    },
    /// A client that is configured and has no dispatch state: it starts at 0, and holds back everything.
    Uninitialised,
    /// A client that an admin has switched off: it holds back nothing, and finds what is left when it is switched on again.
    Disabled,
    /// An enabled dispatch state of a client that is not configured. See [`VANISHED_AFTER`]; one that was never touched was
    /// never served, and does not count.
    Unconfigured {
        /// What it has seen.
        seen: ChangeId,
        /// When it was served last.
        touched: Option<Timestamp>,
    },
}

impl Holder {
    /// The change behind which everything must stay for its sake.
    pub fn holds_at(self, now: Timestamp) -> Option<ChangeId> {
        match self {
            Self::Client { seen } => Some(seen),
            Self::Uninitialised => Some(ChangeId::default()),
            Self::Disabled => None,
            // A time ahead of the clock counts as one behind it: it is not waited for.
            Self::Unconfigured { seen, touched } => {
                touched.filter(|touched| touched.distance(now) < VANISHED_AFTER).map(|_| seen)
            }
        }
    }
}

/// Up to which change everybody who counts has seen.
///
/// If nobody counts, because every client is switched off or none is configured, nothing has been seen by all: that is
/// an emergency stop more often than a wish to lose everything, and a buffer that grows can be pruned later.
pub fn seen_by_all(holders: impl IntoIterator<Item = Holder>, now: Timestamp) -> ChangeId {
    holders.into_iter().filter_map(|holder| holder.holds_at(now)).min().unwrap_or_default()
}

/// What a prune writes down for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PruneNote {
    /// Everybody had seen the changes up to this one for the whole grace time.
    pub ripe: ChangeId,
    /// Everybody had seen the changes up to this one…
    pub seen_by_all: ChangeId,
    /// …at this time.
    pub since: Timestamp,
    /// When this was written: the last prune.
    pub at: Timestamp,
}

impl PruneNote {
    /// The note that follows `before`, by a prune that found at `now` what everybody has seen.
    ///
    /// Where somebody has gone back (was set back, switched on again, or is new), all the grace time begins anew: what is
    /// delivered a second time stays as long as what is delivered first.
    pub fn after(before: Option<Self>, seen_by_all: ChangeId, now: Timestamp, grace: Duration) -> Self {
        let begun = Self { ripe: ChangeId::default(), seen_by_all, since: now, at: now };
        let before = before.filter(|before| before.seen_by_all <= seen_by_all).unwrap_or(begun);
        // A clock that was set back would make it wait for as long as it was set back by.
        let since = before.since.min(now);
        if now < since.plus(grace) {
            return Self { since, at: now, ..before };
        }
        let ripe = if grace.is_zero() { seen_by_all } else { before.seen_by_all };
        Self { ripe, ..begun }
    }

    /// The note as text, but for [`Self::ripe`] and [`Self::at`].
    pub fn to_text(self) -> String {
        format!("wd1p:{}:{}", self.seen_by_all, self.since.unix())
    }

    /// Reads what [`Self::to_text`] wrote. `None` for anything else: then a grace time begins anew.
    pub fn parse(ripe: ChangeId, at: Timestamp, text: &str) -> Option<Self> {
        let (seen_by_all, since) = text.strip_prefix("wd1p:")?.split_once(':')?;
        let (seen_by_all, since) = (seen_by_all.parse().ok()?, since.parse().ok()?);
        Some(Self { ripe, seen_by_all: ChangeId(seen_by_all), since: Timestamp::from_unix(since), at })
    }
}

/// The last change that may go, if it is old enough, too.
pub fn cutoff(note: PruneNote, seen_by_all: ChangeId) -> ChangeId {
    note.ripe.min(seen_by_all)
}

/// The `change_time` from which on changes stay.
pub fn keep_from(now: Timestamp, keep: Duration) -> Timestamp {
    now.minus(keep)
}

/// Whether somebody should prune.
pub fn is_due(note: Option<PruneNote>, now: Timestamp) -> bool {
    // A note from the future is of a clock that was set back, and not waited for.
    note.is_none_or(|note| note.at.distance(now) >= EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const GRACE: Duration = Duration::from_secs(1200);

    fn client(seen: u64) -> Holder {
        Holder::Client { seen: ChangeId(seen) }
    }

    fn unconfigured(seen: u64, touched_ago: i64) -> Holder {
        let touched = Some(Timestamp::from_unix(NOW.unix() - touched_ago));
        Holder::Unconfigured { seen: ChangeId(seen), touched }
    }

    fn at(seconds: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn g8_disabled_clients_do_not_count_and_uninitialised_ones_hold_everything_back() {
        assert_eq!(seen_by_all([client(7), Holder::Disabled, client(9)], NOW), ChangeId(7));
        assert_eq!(seen_by_all([client(7), Holder::Uninitialised], NOW), ChangeId(0));
    }

    #[test]
    fn g8_nothing_goes_where_nobody_counts() {
        assert_eq!(seen_by_all([], NOW), ChangeId(0));
        assert_eq!(seen_by_all([Holder::Disabled, Holder::Disabled], NOW), ChangeId(0));
    }

    #[test]
    fn g8_a_client_that_is_no_longer_configured_counts_for_three_days() {
        const DAY: i64 = 86_400;
        let with = |holder| seen_by_all([client(9), holder], NOW).0;
        assert_eq!([with(unconfigured(2, DAY)), with(unconfigured(2, 3 * DAY - 1))], [2, 2]);
        assert_eq!([with(unconfigured(2, 3 * DAY)), with(unconfigured(2, -4 * DAY))], [9, 9]);
        assert_eq!(with(Holder::Unconfigured { seen: ChangeId(2), touched: None }), 9);
        assert_eq!(seen_by_all([unconfigured(2, 4 * DAY)], NOW), ChangeId(0), "and is not somebody who has seen all");
    }

    #[test]
    fn g8_changes_seen_by_all_go_one_grace_time_after_that_was_found() {
        let first = PruneNote::after(None, ChangeId(5), at(0), GRACE);
        assert_eq!(cutoff(first, ChangeId(5)), ChangeId(0));
        let too_soon = PruneNote::after(Some(first), ChangeId(8), at(1199), GRACE);
        assert_eq!(cutoff(too_soon, ChangeId(8)), ChangeId(0));
        let ripe = PruneNote::after(Some(too_soon), ChangeId(8), at(1200), GRACE);
        assert_eq!((cutoff(ripe, ChangeId(8)), ripe.seen_by_all), (ChangeId(5), ChangeId(8)));
        let same_run = PruneNote::after(Some(ripe), ChangeId(9), at(1201), GRACE);
        assert_eq!(cutoff(same_run, ChangeId(9)), ChangeId(5), "a run has more than one batch");
        let next = PruneNote::after(Some(same_run), ChangeId(9), at(2400), GRACE);
        assert_eq!(cutoff(next, ChangeId(9)), ChangeId(8));
    }

    #[test]
    fn without_grace_everything_goes_that_all_have_seen() {
        let note = PruneNote::after(None, ChangeId(5), NOW, Duration::ZERO);
        assert_eq!(cutoff(note, ChangeId(5)), ChangeId(5));
    }

    #[test]
    fn g8_the_grace_time_begins_anew_when_somebody_goes_back() {
        let note = PruneNote { ripe: ChangeId(50), seen_by_all: ChangeId(80), since: at(0), at: at(0) };
        let back = PruneNote::after(Some(note), ChangeId(60), at(5000), GRACE);
        assert_eq!(cutoff(back, ChangeId(60)), ChangeId(0));
        assert_eq!(PruneNote::after(Some(back), ChangeId(90), at(6200), GRACE).ripe, ChangeId(60));
    }

    /// Clients that see, are set back, come and go at random, and prunes at random times; and beside it a plain record of since when
    /// each change has been seen by all. Nothing may go that is not in it for long enough, and everything goes in the end.
    #[test]
    fn g8_whatever_happens_nothing_goes_that_was_not_seen_by_all_for_the_grace_time() {
        for seed in 0..300 {
            let mut chance = fastrand::Rng::with_seed(seed);
            let mut clients = vec![Holder::Client { seen: ChangeId(0) }; 3];
            let (mut now, mut note, mut last): (u64, Option<PruneNote>, u64) = (0, None, 10);
            // Since when all have seen up to here without a break, at each prune: only prunes look.
            let mut looks: Vec<(u64, u64)> = Vec::new();
            let prune = |now: u64, clients: &[Holder], note: &mut Option<PruneNote>, looks: &mut Vec<(u64, u64)>| {
                let seen = seen_by_all(clients.iter().copied(), at(now));
                let after = PruneNote::after(*note, seen, at(now), GRACE);
                *note = Some(after);
                looks.push((now, seen.0));
                let cutoff = cutoff(after, seen);
                assert!(cutoff <= seen, "seed {seed}");
                let first = looks.iter().rposition(|(_, seen)| *seen < cutoff.0).map_or(0, |at| at + 1);
                let for_long = now - looks[first].0;
                assert!(cutoff.0 == 0 || for_long >= GRACE.as_secs(), "seed {seed}: {cutoff} for {for_long} s");
                cutoff
            };
            for _ in 0..200 {
                now += chance.u64(0..400);
                last += chance.u64(0..20);
                let which = chance.usize(0..clients.len());
                clients[which] = match chance.u8(0..40) {
                    0 => Holder::Disabled,
                    1 => Holder::Uninitialised,
                    2 => client(0),
                    _ => match clients[which] {
                        Holder::Client { seen } => client(chance.u64(seen.0..=last)),
                        _ => client(chance.u64(0..=last)),
                    },
                };
                if chance.bool() {
                    prune(now, &clients, &mut note, &mut looks);
                }
            }
            clients.fill(client(last));
            for _ in 0..3 {
                now += GRACE.as_secs();
                prune(now, &clients, &mut note, &mut looks);
            }
            assert_eq!(prune(now, &clients, &mut note, &mut looks), ChangeId(last), "seed {seed}");
        }
    }

    #[test]
    fn a_prune_is_due_ten_minutes_after_the_last_and_if_there_was_none() {
        let note = Some(PruneNote::after(None, ChangeId(5), NOW, GRACE));
        assert!(is_due(None, NOW));
        assert_eq!([is_due(note, at(599)), is_due(note, at(600))], [false, true]);
        assert!(is_due(note, Timestamp::from_unix(NOW.unix() - 86_400)), "a clock that was set back is not waited for");
    }

    #[test]
    fn a_note_survives_a_round_trip_and_fits_the_column() {
        let note = PruneNote { ripe: ChangeId(5), seen_by_all: ChangeId(u64::from(u32::MAX)), since: NOW, at: at(9) };
        assert_eq!(PruneNote::parse(note.ripe, note.at, &note.to_text()), Some(note));
        assert!(note.to_text().len() <= 64);
        for text in ["", "wd1p:", "wd1p:1", "wd1p:1:2:3", "wd1c:1:2", "wd1p:x:2"] {
            assert_eq!(PruneNote::parse(note.ripe, note.at, text), None, "{text}");
        }
    }
}
