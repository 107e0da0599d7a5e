//! Shall this edit schedule a trigger? Decided from one 64-bit word, so that many processes can share it without a lock.
//!
//! The first unannounced change opens a window of `max_delay` and asks for a trigger that is delayed by that long: it, or its
//! successor, will see every change of the window. (The successor is needed where the queue drops a trigger because an
//! older one still waits: that one may run in the middle of the window. So a trigger that found anything leaves another.) Within the window nobody asks again, except every `every_changes`-th change, which
//! asks for one at once. Where triggers cannot be delayed the window has no length, and every change asks: whoever
//! suppressed a change then would leave it to a trigger that may just have looked.

use std::time::Duration;

/// How often a trigger is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateRules {
    /// Within a window, ask again after so many changes.
    pub every_changes: u32,
    /// Length of the window; zero: announce every change.
    pub max_delay: Duration,
}

/// A job that was held back is overdue when it has not come this long after its time: then the queue only says that it can hold jobs
/// back, or it has lost this one, or nobody runs jobs.
pub const OVERDUE: Duration = Duration::from_secs(15);

/// The state of a gate in one word: when the window opened (milliseconds, 40 bits: 34 years) and changes since the last
/// asking (24 bits). 0 is a gate that has never seen a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GateWord(pub u64);

impl GateWord {
    const COUNT_BITS: u32 = 24;
    const MAX_COUNT: u64 = (1 << Self::COUNT_BITS) - 1;

    fn new(opened_ms: u64, count: u64) -> Self {
        Self(opened_ms << Self::COUNT_BITS | count.min(Self::MAX_COUNT))
    }

    fn opened_ms(self) -> u64 {
        self.0 >> Self::COUNT_BITS
    }

    /// How long ago the window was opened; `None`: no change has been seen.
    pub fn age(self, now_ms: u64) -> Option<Duration> {
        (self != Self::default()).then(|| Duration::from_millis(now_ms.saturating_sub(self.opened_ms())))
    }

    fn count(self) -> u64 {
        self.0 & Self::MAX_COUNT
    }

    /// What `changes` written at `now_ms` (of a clock that never goes back, and never is 0) ask for, and the word after it.
    ///
    /// `Some(delay)`: schedule a trigger that runs after `delay`. `None`: one that is scheduled will see them.
    pub fn after_changes(self, changes: u32, now_ms: u64, rules: GateRules) -> (Self, Option<Duration>) {
        let window_ms = u64::try_from(rules.max_delay.as_millis()).unwrap_or(u64::MAX);
        let is_open = self.0 != 0 && now_ms >= self.opened_ms() && now_ms - self.opened_ms() < window_ms;
        if !is_open {
            return (Self::new(now_ms, 0), Some(rules.max_delay));
        }
        let count = self.count() + u64::from(changes);
        if count >= u64::from(rules.every_changes) {
            (Self::new(self.opened_ms(), 0), Some(Duration::ZERO))
        } else {
            (Self::new(self.opened_ms(), count), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: GateRules = GateRules { every_changes: 10, max_delay: Duration::from_secs(5) };

    /// Feeds changes one at a time; returns what each asked for, in milliseconds.
    fn asked(times_ms: &[u64], rules: GateRules) -> Vec<Option<u128>> {
        let mut word = GateWord::default();
        times_ms
            .iter()
            .map(|&now| {
                let (next, asked) = word.after_changes(1, now, rules);
                word = next;
                asked.map(|delay| delay.as_millis())
            })
            .collect()
    }

    #[test]
    fn the_first_change_of_a_window_asks_for_a_trigger_at_its_end() {
        assert_eq!(asked(&[1, 2, 5000, 5001, 5002], RULES), [Some(5000), None, None, Some(5000), None]);
    }

    #[test]
    fn within_a_window_only_every_nth_change_asks() {
        let asked = asked(&(1..=31).collect::<Vec<_>>(), RULES);
        let at: Vec<usize> = asked.iter().enumerate().filter(|(_, asked)| asked.is_some()).map(|(at, _)| at).collect();
        assert_eq!(at, [0, 10, 20, 30]);
        assert_eq!(asked[10], Some(0));
    }

    #[test]
    fn without_delay_every_change_asks_at_once() {
        let rules = GateRules { max_delay: Duration::ZERO, ..RULES };
        assert_eq!(asked(&[1, 1, 2, 3], rules), [Some(0); 4]);
    }

    /// A queue that keeps one trigger waiting and drops every other, and runs it some time after its release; a trigger that
    /// saw a change leaves one successor.
    #[test]
    fn no_change_is_left_alone_by_a_queue_that_drops_triggers_while_one_waits() {
        const LAG: u64 = 3000;
        let window = u64::try_from(RULES.max_delay.as_millis()).unwrap();
        for seed in 0..500 {
            let mut chance = fastrand::Rng::with_seed(seed);
            let (mut now, mut word) = (1, GateWord::default());
            let (mut unseen, mut waiting): (Vec<u64>, Option<u64>) = (Vec::new(), None);
            for _ in 0..200 {
                now += if chance.u8(0..20) == 0 { chance.u64(0..30_000) } else { chance.u64(0..900) };
                while let Some(at) = waiting.filter(|at| *at <= now) {
                    let before = unseen.len();
                    unseen.retain(|written| *written > at);
                    waiting = (unseen.len() < before).then(|| at + window + chance.u64(0..LAG));
                }
                let (next, asked) = word.after_changes(1, now, RULES);
                word = next;
                unseen.push(now);
                if let (Some(delay), None) = (asked, waiting) {
                    waiting = Some(now + u64::try_from(delay.as_millis()).unwrap() + chance.u64(0..LAG));
                }
                assert!(waiting.is_some(), "seed {seed}: a change at {now} has no trigger ahead of it");
            }
        }
    }

    #[test]
    fn changes_written_together_count_together() {
        let (word, _) = GateWord::default().after_changes(1, 1, RULES);
        assert_eq!(word.after_changes(10, 2, RULES).1, Some(Duration::ZERO));
        assert_eq!(word.after_changes(u32::MAX, 2, RULES).1, Some(Duration::ZERO));
    }
}
