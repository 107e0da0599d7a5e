//! Which aspects of an entity a change touches, in the words of `wbc_entity_usage`.

use std::collections::BTreeSet;

use super::{change_info::CompactDiff, site::SiteId};

/// The aspects that a page of `local` must use to be affected by a change with this diff. `None`: the change has no diff.
///
/// `S` stands for any site link, `T` only for the title of the local wiki's, where more than its badges changed. `X` (all)
/// always belongs to it, and `O` (other) where nothing else is known.
pub fn touched_by(diff: Option<&CompactDiff>, local: &SiteId) -> BTreeSet<String> {
    let mut aspects = BTreeSet::new();
    if let Some(diff) = diff {
        if !diff.site_links.is_empty() {
            aspects.insert("S".to_owned());
        }
        if diff.site_links.get(local.as_str()).is_some_and(|link| !link.is_badges_only()) {
            aspects.insert("T".to_owned());
        }
        insert_modified(&mut aspects, "L", &diff.labels);
        insert_modified(&mut aspects, "D", &diff.descriptions);
        insert_modified(&mut aspects, "C", &diff.statements);
    }
    if aspects.is_empty() || diff.is_some_and(|diff| diff.other) {
        aspects.insert("O".to_owned());
    }
    aspects.insert("X".to_owned());
    aspects
}

fn insert_modified(aspects: &mut BTreeSet<String>, aspect: &str, modifiers: &[String]) {
    if !modifiers.is_empty() {
        aspects.extend(modifiers.iter().map(|modifier| format!("{aspect}.{modifier}")));
        aspects.insert(aspect.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::{super::change_info::SiteLinkChange, *};

    fn touched(diff: &CompactDiff) -> Vec<String> {
        touched_by(Some(diff), &SiteId::parse("enwiki").unwrap()).into_iter().collect()
    }

    fn link(site: &str, old: Option<&str>, new: Option<&str>, badges: bool) -> CompactDiff {
        let link = SiteLinkChange { old: old.map(str::to_owned), new: new.map(str::to_owned), badges };
        CompactDiff { site_links: [(site.to_owned(), link)].into(), ..Default::default() }
    }

    #[test]
    fn nothing_known_touches_other_and_all() {
        let unknown = touched_by(None, &SiteId::parse("enwiki").unwrap());
        assert_eq!(unknown.into_iter().collect::<Vec<_>>(), ["O", "X"]);
        assert_eq!(touched(&CompactDiff::default()), ["O", "X"]);
    }

    #[test]
    fn a_modifier_touches_the_aspect_with_and_without_it() {
        let diff = CompactDiff { labels: vec!["en".into()], statements: vec!["P31".into()], ..Default::default() };
        assert_eq!(touched(&diff), ["C", "C.P31", "L", "L.en", "X"]);
    }

    #[test]
    fn other_changes_beside_known_ones_touch_other_too() {
        let diff = CompactDiff { descriptions: vec!["en".into()], other: true, ..Default::default() };
        assert_eq!(touched(&diff), ["D", "D.en", "O", "X"]);
    }

    #[test]
    fn the_title_is_touched_by_the_local_site_link_alone() {
        assert_eq!(touched(&link("enwiki", Some("A"), Some("B"), false)), ["S", "T", "X"]);
        assert_eq!(touched(&link("dewiki", Some("A"), Some("B"), false)), ["S", "X"]);
    }

    #[test]
    fn badges_alone_touch_the_link_but_not_the_title() {
        assert_eq!(touched(&link("enwiki", Some("A"), Some("A"), true)), ["S", "X"]);
        assert_eq!(touched(&link("enwiki", None, None, true)), ["S", "X"]);
    }
}
