//! Points in time, to the second, as the repo's database tells them. Ages are differences of two of these, never of two clocks.

use std::time::Duration;

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From seconds since the epoch.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Reads MediaWiki's 14 digits (`20260131235959`, UTC). `None` for anything else, the all-zero timestamp included.
    ///
    /// ```
    /// use wikibase_dispatch::domain::time::Timestamp;
    /// assert_eq!(Timestamp::parse_mw("19700101000100"), Some(Timestamp::from_unix(60)));
    /// assert_eq!(Timestamp::parse_mw("00000000000000"), None);
    /// ```
    pub fn parse_mw(text: &str) -> Option<Self> {
        if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = |range: std::ops::Range<usize>| text[range].parse::<u8>().ok();
        let date =
            Date::from_calendar_date(text[..4].parse().ok()?, Month::try_from(part(4..6)?).ok()?, part(6..8)?).ok()?;
        let clock = Time::from_hms(part(8..10)?, part(10..12)?, part(12..14)?).ok()?;
        Some(Self(PrimitiveDateTime::new(date, clock).assume_utc().unix_timestamp()))
    }

    /// Writes MediaWiki's 14 digits. Times outside the years 0 to 9999 become the nearest one that has 14 digits.
    pub fn to_mw(self) -> String {
        let at = OffsetDateTime::from_unix_timestamp(self.0.clamp(-62_167_219_200, 253_402_300_799))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// This time and `duration` more, whole seconds.
    pub const fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(duration.as_secs()))
    }

    /// This time and `duration` less, whole seconds.
    pub const fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub_unsigned(duration.as_secs()))
    }

    /// How far apart the two are, whichever is the later one.
    pub const fn distance(self, other: Self) -> Duration {
        Duration::from_secs(self.0.abs_diff(other.0))
    }

    /// How long until `later`; zero if that has passed.
    pub fn until(self, later: Self) -> Duration {
        Duration::from_secs(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fourteen_digits_survive_a_round_trip() {
        for text in ["19700101000000", "20260131235959", "20240229120000", "99991231235959"] {
            assert_eq!(Timestamp::parse_mw(text).unwrap().to_mw(), text);
        }
    }

    #[test]
    fn other_text_is_no_timestamp() {
        for text in ["", "2026013123595", "20260231000000", "2026013124000x", "infinity", "20261301000000"] {
            assert_eq!(Timestamp::parse_mw(text), None, "{text}");
        }
    }
}
