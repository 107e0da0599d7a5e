//! What stands in `chd_lock`: nothing, a claim, or a rest after a failure.
//!
//! A claim names the runner (its token), when it may be taken over, and the **end** of the pass: it is written in one
//! compare-and-set before the first notification is pushed, so whoever takes over an expired claim rebuilds the very same
//! batch, and a queue that de-duplicates drops the repeat. Everything fits the 64 bytes of the column.
//!
//! Text that is not ours (older dispatchers left lock names there) means nothing to us and counts as free: those
//! dispatchers never trusted it either.

use std::{fmt, time::Duration};

use super::{change::ChangeId, time::Timestamp};

/// Tells one claim from every other: 64 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token(pub u64);

/// A client's dispatch state, reserved for one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whose it is.
    pub token: Token,
    /// From when on it may be taken over.
    pub expires: Timestamp,
    /// Where the pass ends: the `chd_seen` that finishing it sets.
    pub end: ChangeId,
    /// Passes abandoned before this one, in a row.
    pub failures: u32,
}

/// A client left alone for a while because its last pass was abandoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// When it is tried again.
    pub until: Timestamp,
    /// Where the abandoned pass would have ended.
    pub end: ChangeId,
    /// Passes abandoned in a row.
    pub failures: u32,
}

/// The meaning of a `chd_lock` value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// NULL, or text that is not ours.
    Free,
    /// Somebody does a pass, or died doing it.
    Claimed(Claim),
    /// Nobody does a pass, on purpose.
    Resting(Rest),
}

const CLAIM: &str = "wd1c";
const REST: &str = "wd1r";

impl Lock {
    /// Reads a `chd_lock`.
    pub fn parse(value: Option<&str>) -> Self {
        value.and_then(Self::parse_ours).unwrap_or(Self::Free)
    }

    fn parse_ours(value: &str) -> Option<Self> {
        let mut parts = value.split(':');
        let lock = match parts.next()? {
            CLAIM => Self::Claimed(Claim {
                token: Token(u64::from_str_radix(parts.next()?, 16).ok()?),
                expires: Timestamp::from_unix(parts.next()?.parse().ok()?),
                end: ChangeId(parts.next()?.parse().ok()?),
                failures: parts.next()?.parse().ok()?,
            }),
            REST => Self::Resting(Rest {
                until: Timestamp::from_unix(parts.next()?.parse().ok()?),
                end: ChangeId(parts.next()?.parse().ok()?),
                failures: parts.next()?.parse().ok()?,
            }),
            _ => return None,
        };
        parts.next().is_none().then_some(lock)
    }

    /// The same claim, as if it had expired long ago; `None` if it is none.
    pub fn expired(value: &str) -> Option<String> {
        match Self::parse(Some(value)) {
            Self::Claimed(claim) => Some(Claim { expires: Timestamp::from_unix(0), ..claim }.to_string()),
            _ => None,
        }
    }

    /// Until when nobody else may begin a pass; `None` if anybody may now.
    ///
    /// An end later than any claim of `claim_ttl`, or any rest, can have is a clock's mistake (a restored dump, a server that
    /// was ahead): it counts as past, because a client must not wait for it. Only the clock is distrusted; a claim that
    /// still is somebody's is lost by its owner in the compare-and-set.
    pub fn blocked_until(&self, now: Timestamp, claim_ttl: Duration) -> Option<Timestamp> {
        let until = match self {
            Self::Free => return None,
            Self::Claimed(claim) => claim.expires,
            Self::Resting(rest) => rest.until,
        };
        (until > now && until <= now.plus(claim_ttl.max(Rest::LONGEST))).then_some(until)
    }

    /// The end of a pass that somebody began and did not finish; whoever takes over keeps to it.
    pub fn intended_end(&self) -> Option<ChangeId> {
        match self {
            Self::Free => None,
            Self::Claimed(claim) => Some(claim.end),
            Self::Resting(rest) => Some(rest.end),
        }
    }

    /// Passes abandoned in a row, as far as is known.
    pub fn failures(&self) -> u32 {
        match self {
            Self::Free => 0,
            Self::Claimed(claim) => claim.failures,
            Self::Resting(rest) => rest.failures,
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { token, expires, end, failures } = self;
        write!(f, "{CLAIM}:{:016x}:{}:{end}:{failures}", token.0, expires.unix())
    }
}

impl fmt::Display for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{REST}:{}:{}:{}", self.until.unix(), self.end, self.failures)
    }
}

impl Rest {
    const LONGEST: Duration = Duration::from_secs(300);

    /// The rest after `claim` failed: 1 s, 2 s, 4 s … at most five minutes.
    pub fn after(claim: &Claim, now: Timestamp) -> Self {
        let rest = Duration::from_secs(1 << claim.failures.min(9)).min(Self::LONGEST);
        Self { until: now.plus(rest), end: claim.end, failures: claim.failures.saturating_add(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const TTL: Duration = Duration::from_secs(60);

    fn claim() -> Claim {
        Claim { token: Token(0xabc), expires: NOW.plus(Duration::from_secs(5)), end: ChangeId(812), failures: 3 }
    }

    #[test]
    fn a_claim_and_a_rest_survive_a_round_trip() {
        assert_eq!(Lock::parse(Some(&claim().to_string())), Lock::Claimed(claim()));
        let rest = Rest::after(&claim(), NOW);
        assert_eq!(Lock::parse(Some(&rest.to_string())), Lock::Resting(rest));
    }

    #[test]
    fn the_longest_claim_fits_the_column() {
        let claim = Claim {
            token: Token(u64::MAX),
            expires: Timestamp::from_unix(253_402_300_799),
            end: ChangeId(u64::from(u32::MAX)),
            failures: u32::MAX,
        };
        assert!(claim.to_string().len() <= 64);
    }

    #[test]
    fn what_others_left_there_counts_as_free() {
        for text in ["", "Wikibase.repo.dispatchChanges.enwiki", "wd1c:xyz", "wd1r:1", "wd1r:1:2:3:4", "wd2c:1:2:3:4"] {
            assert_eq!(Lock::parse(Some(text)), Lock::Free, "{text}");
        }
        assert_eq!(Lock::parse(None), Lock::Free);
    }

    #[test]
    fn a_claim_blocks_until_it_expires() {
        let lock = Lock::Claimed(claim());
        assert_eq!(lock.blocked_until(NOW, TTL), Some(claim().expires));
        assert_eq!(lock.blocked_until(claim().expires, TTL), None);
    }

    #[test]
    fn g10_an_end_that_no_claim_can_have_blocks_nobody() {
        let far = Lock::Claimed(Claim { expires: NOW.plus(Duration::from_secs(301)), ..claim() });
        assert_eq!(far.blocked_until(NOW, TTL), None);
        assert!(far.blocked_until(NOW, Duration::from_secs(301)).is_some());
    }

    #[test]
    fn rests_grow_and_stay_bounded() {
        let rest = |failures| NOW.until(Rest::after(&Claim { failures, ..claim() }, NOW).until).as_secs();
        assert_eq!([rest(0), rest(1), rest(2), rest(8), rest(9), rest(u32::MAX)], [1, 2, 4, 256, 300, 300]);
    }
}
