//! Names of wikis. A site id and a database domain look alike and differ on real farms, so each has its type.

use std::fmt;

/// Names a client: `enwiki`. What subscriptions and site links use.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(String);

impl SiteId {
    /// The length of `chd_site` in bytes, which is MediaWiki's limit for site ids.
    pub const MAX_BYTES: usize = 64;

    /// Accepts 1 to 64 bytes without control characters; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        is_name(text, Self::MAX_BYTES).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for SiteId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// How MediaWiki reaches a wiki's database and queue: `enwiki`, or `dbname-prefix` where tables are prefixed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DatabaseDomain(String);

impl DatabaseDomain {
    /// Long enough for every database name, schema and prefix that a server allows.
    pub const MAX_BYTES: usize = 255;

    /// Accepts 1 to 255 bytes without control characters; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        is_name(text, Self::MAX_BYTES).then(|| Self(text.to_owned()))
    }

    /// The domain as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain as `chd_db` holds it: cut to the column's 32 bytes. Nobody reads it but people; the configured one counts.
    pub fn in_state(&self) -> &str {
        const COLUMN: usize = 32;
        let end = self.0.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= COLUMN).last();
        &self.0[..end.unwrap_or(0)]
    }
}

fn is_name(text: &str, max_bytes: usize) -> bool {
    !text.is_empty() && text.len() <= max_bytes && !text.chars().any(char::is_control)
}

/// A wiki that receives changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What subscriptions and site links call it.
    pub site: SiteId,
    /// Where its queue is.
    pub domain: DatabaseDomain,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_id_fits_its_column_and_has_no_control_characters() {
        assert!(SiteId::parse("be_x_oldwiki").is_some());
        assert!(SiteId::parse("zh-classical'\"%").is_some());
        assert!(SiteId::parse("").is_none());
        assert!(SiteId::parse("a\0b").is_none());
        assert!(SiteId::parse(&"x".repeat(64)).is_some());
        assert!(SiteId::parse(&"x".repeat(65)).is_none());
    }

    #[test]
    fn a_long_domain_is_cut_in_the_state_between_two_characters() {
        let domain = |text: String| DatabaseDomain::parse(&text).unwrap();
        assert_eq!(domain("x".repeat(40)).in_state(), "x".repeat(32));
        assert_eq!(domain(format!("{}üb", "x".repeat(31))).in_state(), "x".repeat(31));
        assert_eq!(domain("enwiki".into()).in_state(), "enwiki");
    }
}
