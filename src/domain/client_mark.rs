//! What a client says about itself: its extension leaves a mark in the repo's database, and renews it as long as it is loaded.

use std::time::Duration;

use super::{notification::Version, notification_format::NotificationFormat, time::Timestamp};

/// A row of `wb_changes_client`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientMark {
    /// Version of the client's extension.
    pub version: String,
    /// The formats of notifications that it takes, as far as this version knows them.
    formats: Vec<NotificationFormat>,
    /// Whether it says what it has handled. An older version of its extension may have taken the place of one that did.
    pub gives_receipts: bool,
    /// The last version of our own format that it reads.
    pub native_version: Version,
    /// When it was made or renewed, by the repo database's clock.
    pub made: Timestamp,
}

/// Stands among the formats of a client that gives receipts.
const RECEIPTS: &str = "receipts";

/// Stands among the formats of a client that reads our own one in version 2.
const PACKED: &str = "native-2";

impl ClientMark {
    /// How long a mark counts. A client renews it once a day. An extension that is removed takes no leave, and jobs in its own format
    /// then wait for nobody; a client that is told in Wikibase's format although it could take ours loses nothing. So this is short.
    pub const LIFE: Duration = Duration::from_secs(3 * 86_400);

    /// Reads the columns: formats by name, separated by commas. Names that this version does not know are left out. `None` without a
    /// time.
    pub fn read(version: String, formats: &str, time: &str) -> Option<Self> {
        let says = |word| formats.split(',').any(|name| name == word);
        let gives_receipts = says(RECEIPTS);
        let native_version = if says(PACKED) { Version::Packed } else { Version::Plain };
        let formats = formats.split(',').filter_map(NotificationFormat::named).collect();
        Timestamp::parse_mw(time).map(|made| Self { version, formats, gives_receipts, native_version, made })
    }

    /// Whether it counts no more. One from the future is of another clock, and lasts no longer than any.
    pub fn is_old(&self, now: Timestamp) -> bool {
        self.made.distance(now) > Self::LIFE
    }

    /// Whether the client takes this format.
    pub fn takes(&self, format: NotificationFormat) -> bool {
        self.formats.contains(&format)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::state::tests::NOW;

    /// A mark of an extension that takes these formats, made so many seconds before [`NOW`].
    pub(crate) fn mark(formats: &str, seconds_ago: u64) -> ClientMark {
        let made = NOW.minus(Duration::from_secs(seconds_ago));
        ClientMark::read("0.1.0".to_owned(), formats, &made.to_mw()).unwrap()
    }

    #[test]
    fn a_mark_names_formats_and_those_that_nobody_knows_yet_are_left_out() {
        let mark = mark("native,native-3,entity-change", 0);
        assert!(mark.takes(NotificationFormat::Native) && mark.takes(NotificationFormat::EntityChange));
        assert!(!mark.takes(NotificationFormat::ChangeIds));
        assert_eq!(mark.native_version, Version::Plain);
        assert_eq!(ClientMark::read("0.1.0".to_owned(), "native", "yesterday"), None);
    }

    #[test]
    fn a_mark_says_which_versions_of_our_own_format_are_read() {
        assert_eq!(mark("native,receipts", 0).native_version, Version::Plain);
        assert_eq!(mark("native,native-2,native-3", 0).native_version, Version::Packed);
    }

    #[test]
    fn a_mark_that_is_not_renewed_counts_no_more_after_three_days() {
        let day = 86_400;
        assert!(!mark("native", 3 * day).is_old(NOW));
        assert!(mark("native", 3 * day + 1).is_old(NOW));
        let ahead = |days| ClientMark { made: NOW.plus(Duration::from_secs(days * day)), ..mark("native", 0) };
        assert!(!ahead(1).is_old(NOW) && ahead(4).is_old(NOW), "a clock that was ahead makes no mark last for ever");
    }
}
