//! Which pages a change affects by what they use of its entity, in the words of `wbc_entity_usage`: aspects, some with a modifier
//! behind a dot.

use std::collections::BTreeSet;

use super::{compact_diff::CompactDiff, site::SiteId};

/// A statement.
const STATEMENT: &str = "C";
/// A statement with its qualifiers and references. Wikibase tracks it since 1.46; before, `C` stands for these, too.
pub const WITH_QUALIFIERS: &str = "CQR";
/// What is neither of the others: where nothing is known of a change, and what Wikibase has no aspect for.
pub const OTHER: &str = "O";
/// Everything.
const ALL: &str = "X";
/// Those that have a modifier: a language or a property. Without one, they stand for any.
const MODIFIED: [&str; 5] = ["A", STATEMENT, WITH_QUALIFIERS, "D", "L"];
/// Those that have none.
const PLAIN: [&str; 4] = [OTHER, "S", "T", ALL];

/// The aspects that a change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    aspects: BTreeSet<String>,
    any_statement: bool,
    anything: bool,
}

impl Touched {
    /// The aspects that a page of `local` must use to be affected by a change with this diff. `None`: the change has no diff.
    ///
    /// `S` stands for any site link, `T` only for the title of the local wiki's, where more than its badges changed. `X` (all)
    /// always belongs to it, and `O` (other) where nothing else is known. Usages are as old as the last parse of their page, so
    /// an alias touches `O` as well, by which it was used before 1.45; and `tracks_qualifiers`, that the client's Wikibase
    /// writes `CQR`, is what makes a qualifier leave `C` alone.
    pub fn of(diff: Option<&CompactDiff>, local: &SiteId, tracks_qualifiers: bool) -> Self {
        let mut touched = Self::default();
        if let Some(diff) = diff {
            touched.anything = diff.is_anything();
            if !diff.site_links.is_empty() {
                touched.add("S");
            }
            if diff.site_links.get(local.as_str()).is_some_and(|link| !link.is_badges_only()) {
                touched.add("T");
            }
            touched.add_modified("L", &diff.labels);
            touched.add_modified("D", &diff.descriptions);
            touched.add_modified("A", &diff.aliases);
            touched.add_modified(STATEMENT, &diff.statements);
            touched.add_modified(WITH_QUALIFIERS, &diff.statements);
            touched.add_modified(WITH_QUALIFIERS, &diff.qualifiers);
            if !tracks_qualifiers {
                touched.add_modified(STATEMENT, &diff.qualifiers);
            }
        }
        if touched.aspects.is_empty() || diff.is_some_and(|diff| diff.other || !diff.aliases.is_empty()) {
            touched.add(OTHER);
        }
        touched.add(ALL);
        touched
    }

    /// Adds an aspect.
    pub fn add(&mut self, aspect: &str) {
        self.aspects.insert(aspect.to_owned());
    }

    fn add_modified(&mut self, aspect: &str, modifiers: &[String]) {
        if !modifiers.is_empty() {
            self.aspects.extend(modifiers.iter().map(|modifier| format!("{aspect}.{modifier}")));
            self.add(aspect);
        }
    }

    /// Adds all statements, of whatever property, with their qualifiers.
    pub fn add_any_statement(&mut self) {
        self.any_statement = true;
    }

    /// Adds what another change touches.
    pub fn extend(&mut self, other: Self) {
        self.aspects.extend(other.aspects);
        self.any_statement |= other.any_statement;
        self.anything |= other.anything;
    }

    /// Whether a page that uses this aspect is affected. One that is not known may be about anything (G17).
    pub fn affects(&self, used: &str) -> bool {
        self.anything
            || !is_known(used)
            || self.any_statement && [STATEMENT, WITH_QUALIFIERS].contains(&base(used))
            || self.aspects.contains(if has_modifier(used) { used } else { base(used) })
    }

    /// By name; of a change that may have changed anything, those that are known.
    pub fn aspects(&self) -> impl Iterator<Item = &str> {
        self.aspects.iter().map(String::as_str)
    }

    /// Whether anything may have changed.
    pub fn is_anything(&self) -> bool {
        self.anything
    }
}

/// Whether it is known what a usage of this aspect is about.
pub fn is_known(used: &str) -> bool {
    PLAIN.contains(&base(used)) || MODIFIED.contains(&base(used))
}

/// An aspect without its modifier.
pub fn base(used: &str) -> &str {
    used.split_once('.').map_or(used, |(base, _)| base)
}

fn has_modifier(used: &str) -> bool {
    MODIFIED.contains(&base(used)) && used.split_once('.').is_some_and(|(_, modifier)| !modifier.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{super::compact_diff::SiteLinkChange, *};

    fn touched_by(diff: Option<&CompactDiff>, tracks_qualifiers: bool) -> Touched {
        Touched::of(diff, &SiteId::parse("enwiki").unwrap(), tracks_qualifiers)
    }

    fn touched(diff: &CompactDiff) -> String {
        touched_by(Some(diff), true).aspects().collect::<Vec<_>>().join(" ")
    }

    fn link(site: &str, old: Option<&str>, new: Option<&str>, badges: bool) -> CompactDiff {
        let link = SiteLinkChange { old: old.map(str::to_owned), new: new.map(str::to_owned), badges };
        CompactDiff { site_links: [(site.to_owned(), link)].into(), ..Default::default() }
    }

    #[test]
    fn nothing_known_touches_other_and_all() {
        assert_eq!(touched_by(None, true).aspects().collect::<Vec<_>>(), ["O", "X"]);
        assert_eq!(touched(&CompactDiff::default()), "O X");
    }

    #[test]
    fn a_modifier_touches_the_aspect_with_and_without_it() {
        let diff = CompactDiff { labels: vec!["en".into()], statements: vec!["P31".into()], ..Default::default() };
        assert_eq!(touched(&diff), "C C.P31 CQR CQR.P31 L L.en X");
    }

    #[test]
    fn qualifiers_touch_statements_only_where_they_are_not_tracked_apart() {
        let diff = CompactDiff { qualifiers: vec!["P1".into()], ..Default::default() };
        assert_eq!(touched(&diff), "CQR CQR.P1 X");
        assert_eq!(touched_by(Some(&diff), false).aspects().collect::<Vec<_>>(), ["C", "C.P1", "CQR", "CQR.P1", "X"]);
    }

    #[test]
    fn aliases_touch_other_because_old_usages_say_no_more() {
        assert_eq!(touched(&CompactDiff { aliases: vec!["de".into()], ..Default::default() }), "A A.de O X");
    }

    #[test]
    fn other_changes_beside_known_ones_touch_other_too() {
        let diff = CompactDiff { descriptions: vec!["en".into()], other: true, ..Default::default() };
        assert_eq!(touched(&diff), "D D.en O X");
    }

    #[test]
    fn the_title_is_touched_by_the_local_site_link_alone() {
        assert_eq!(touched(&link("enwiki", Some("A"), Some("B"), false)), "S T X");
        assert_eq!(touched(&link("dewiki", Some("A"), Some("B"), false)), "S X");
    }

    #[test]
    fn badges_alone_touch_the_link_but_not_the_title() {
        assert_eq!(touched(&link("enwiki", Some("A"), Some("A"), true)), "S X");
        assert_eq!(touched(&link("enwiki", None, None, true)), "S X");
    }

    #[test]
    fn a_page_is_affected_by_exactly_what_it_uses() {
        let touched = touched_by(Some(&CompactDiff { labels: vec!["en".into()], ..Default::default() }), true);
        for used in ["L", "L.en", "L.", "X", "X.x"] {
            assert!(touched.affects(used), "{used}");
        }
        for used in ["L.de", "D.en", "C.P1", "O", "S", "S.enwiki", "T", "A", "CQR.en", "L.en.x"] {
            assert!(!touched.affects(used), "{used}");
        }
    }

    #[test]
    fn g17_an_aspect_that_is_not_known_is_affected_by_everything() {
        let touched = touched_by(Some(&CompactDiff { labels: vec!["en".into()], ..Default::default() }), true);
        for used in ["Z", "Z.en", "", "LL", "LL.en", "l.en", "CQ.P1"] {
            assert!(touched.affects(used) && !is_known(used), "{used}");
        }
    }

    #[test]
    fn g17_a_diff_that_is_not_known_affects_whatever_is_used() {
        let touched = touched_by(Some(&CompactDiff::unreadable("x")), true);
        assert!(["L.de", "D", "C.P1", "O", "S", "T", "A.fr", "CQR", "X", "Z"].iter().all(|used| touched.affects(used)));
    }
}
