//! Who must hear of a change: whoever is subscribed to its entity, **or** has a site link that it changes.
//!
//! The second half is easily forgotten: a page that has just been linked has no subscription yet.

use std::collections::HashSet;

use super::{
    change::{BadChange, Change},
    change_info,
    site::SiteId,
};

/// Whether `client` must hear of `change`, given the entities it is subscribed to.
///
/// A change that cannot be read is relevant to subscribers; the second value reports it.
pub fn is_relevant(change: &Change, client: &SiteId, subscribed: &HashSet<String>) -> (bool, Option<BadChange>) {
    match change_info::changed_sites(&change.info) {
        Ok(sites) => (subscribed.contains(&change.entity) || sites.iter().any(|site| site == client.as_str()), None),
        Err(reason) => (subscribed.contains(&change.entity), Some(BadChange { id: change.id, reason })),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::change::ChangeId, *};

    fn change(entity: &str, info: &str) -> Change {
        Change {
            id: ChangeId(1),
            kind: "wikibase-item~update".into(),
            time: "20260101000000".into(),
            entity: entity.into(),
            revision: 1,
            user: 1,
            info: info.into(),
        }
    }

    fn relevant(change: &Change) -> bool {
        let subscribed = HashSet::from(["Q1".to_owned()]);
        is_relevant(change, &SiteId::parse("enwiki").unwrap(), &subscribed).0
    }

    #[test]
    fn a_subscriber_hears_of_it() {
        assert!(relevant(&change("Q1", "{}")));
        assert!(!relevant(&change("Q2", "{}")));
    }

    #[test]
    fn a_client_whose_page_was_just_linked_hears_of_it_without_a_subscription() {
        let linked = |site: &str| {
            change(
                "Q2",
                &format!(r#"{{"compactDiff":"{{\"siteLinkChanges\":{{\"{site}\":[null,\"Berlin\",false]}}}}"}}"#),
            )
        };
        assert!(relevant(&linked("enwiki")));
        assert!(!relevant(&linked("enwikiquote")));
    }

    #[test]
    fn a_bad_change_is_reported_and_relevant_to_subscribers_only() {
        let subscribed = HashSet::from(["Q1".to_owned()]);
        let enwiki = SiteId::parse("enwiki").unwrap();
        let (delivered, bad) = is_relevant(&change("Q1", "rubbish"), &enwiki, &subscribed);
        assert!(delivered && bad.is_some());
        let (delivered, bad) = is_relevant(&change("Q2", "rubbish"), &enwiki, &subscribed);
        assert!(!delivered && bad.is_some());
    }
}
