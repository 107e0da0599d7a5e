//! Which aspects of an entity a change touches, in the words of `wbc_entity_usage`.

use super::change_info::CompactDiff;

/// The aspects that a page must use to be affected by a change with this diff. `None`: the change has no diff.
///
/// A changed title counts as `T` whichever site it is on: rather a page too much than one too few. `X` (all) always
/// belongs to it, and `O` (other) where nothing else is known.
pub fn touched_by(diff: Option<&CompactDiff>) -> Vec<String> {
    let mut aspects = Vec::new();
    if let Some(diff) = diff {
        if !diff.site_links.is_empty() {
            aspects.push("S".to_owned());
            if diff.site_links.values().any(|link| link.moves_title()) {
                aspects.push("T".to_owned());
            }
        }
        push_modified(&mut aspects, "L", &diff.labels);
        push_modified(&mut aspects, "D", &diff.descriptions);
        push_modified(&mut aspects, "C", &diff.statements);
    }
    if aspects.is_empty() || diff.is_some_and(|diff| diff.other) {
        aspects.push("O".to_owned());
    }
    aspects.push("X".to_owned());
    aspects
}

fn push_modified(aspects: &mut Vec<String>, aspect: &str, modifiers: &[String]) {
    if !modifiers.is_empty() {
        aspects.extend(modifiers.iter().map(|modifier| format!("{aspect}.{modifier}")));
        aspects.push(aspect.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::{super::change_info::SiteLinkChange, *};

    #[test]
    fn nothing_known_touches_other_and_all() {
        assert_eq!(touched_by(None), ["O", "X"]);
        assert_eq!(touched_by(Some(&CompactDiff::default())), ["O", "X"]);
    }

    #[test]
    fn a_modifier_touches_the_aspect_with_and_without_it() {
        let diff = CompactDiff { labels: vec!["en".into()], statements: vec!["P31".into()], ..Default::default() };
        assert_eq!(touched_by(Some(&diff)), ["L.en", "L", "C.P31", "C", "X"]);
    }

    #[test]
    fn badges_alone_touch_the_link_but_not_the_title() {
        let link = SiteLinkChange { old: Some("T".into()), new: Some("T".into()), badges: true };
        let diff = CompactDiff { site_links: [("enwiki".to_owned(), link)].into(), ..Default::default() };
        assert_eq!(touched_by(Some(&diff)), ["S", "X"]);
    }
}
