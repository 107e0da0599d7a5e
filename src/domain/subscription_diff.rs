//! What a wiki has to subscribe to, and what it need not hear of any more.
//!
//! A wiki is subscribed to every entity that one of its pages uses, and to the items whose site link names one of its pages: they
//! show data of the item as soon as they are parsed. To be subscribed to more costs a notification now and then; to be subscribed to
//! less loses changes. So what is not known for certain to be needless stays.

use std::collections::BTreeSet;

/// A page uses an aspect of an entity, in the words of `wbc_entity_usage`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Usage {
    /// Id of the entity.
    pub entity: String,
    /// `L.en`, `X`.
    pub aspect: String,
}

impl Usage {
    /// The lengths of `eu_entity_id` and `eu_aspect`, in bytes.
    const MAX_BYTES: (usize, usize) = (255, 37);

    /// Reads `Q42#L.en`, the form in which parsers declare usages; `None` for anything that no row could hold.
    pub fn parse(text: &str) -> Option<Self> {
        let (entity, aspect) = text.split_once('#')?;
        let is_word = |word: &str, most: usize| {
            (1..=most).contains(&word.len()) && !word.chars().any(|c| c.is_control() || c.is_whitespace() || c == '#')
        };
        (is_word(entity, Self::MAX_BYTES.0) && is_word(aspect, Self::MAX_BYTES.1))
            .then(|| Self { entity: entity.to_owned(), aspect: aspect.to_owned() })
    }

    /// The usage that says the same of more: `L` of `L.en`.
    fn whole(&self) -> Option<Self> {
        let (aspect, _) = self.aspect.split_once('.')?;
        Some(Self { entity: self.entity.clone(), aspect: aspect.to_owned() })
    }
}

/// What has changed of the usages of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageDiff {
    /// Rows to write.
    pub added: Vec<Usage>,
    /// Rows to delete.
    pub removed: Vec<Usage>,
    /// Entities that the page did not use before.
    pub begun: BTreeSet<String>,
    /// Entities that the page does not use any more; other pages may.
    pub ceased: BTreeSet<String>,
}

impl UsageDiff {
    /// From the rows that there are to what the page uses now. What is covered by another usage needs no row.
    pub fn between(before: impl IntoIterator<Item = Usage>, after: impl IntoIterator<Item = Usage>) -> Self {
        let before: BTreeSet<Usage> = before.into_iter().collect();
        let after = without_covered(after.into_iter().collect());
        let entities = |usages: &BTreeSet<Usage>| usages.iter().map(|usage| usage.entity.clone()).collect();
        let (used, uses): (BTreeSet<String>, BTreeSet<String>) = (entities(&before), entities(&after));
        Self {
            added: after.difference(&before).cloned().collect(),
            removed: before.difference(&after).cloned().collect(),
            begun: uses.difference(&used).cloned().collect(),
            ceased: used.difference(&uses).cloned().collect(),
        }
    }
}

fn without_covered(usages: BTreeSet<Usage>) -> BTreeSet<Usage> {
    let is_covered = |usage: &Usage| usage.whole().is_some_and(|whole| usages.contains(&whole));
    usages.iter().filter(|usage| !is_covered(usage)).cloned().collect()
}

/// How the subscriptions of a wiki to some entities have to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionDiff {
    /// Entities to subscribe to.
    pub missing: Vec<String>,
    /// Entities to unsubscribe from.
    pub needless: Vec<String>,
}

impl SubscriptionDiff {
    /// Of `entities`, the wiki needs those that are in `needed`, and has those in `subscribed`. What was not asked about is left
    /// alone, whatever the other two say of it.
    pub fn of(entities: &BTreeSet<String>, needed: &BTreeSet<String>, subscribed: &BTreeSet<String>) -> Self {
        let some = |condition: &dyn Fn(&String) -> bool| entities.iter().filter(|id| condition(id)).cloned().collect();
        Self {
            missing: some(&|id| needed.contains(id) && !subscribed.contains(id)),
            needless: some(&|id| subscribed.contains(id) && !needed.contains(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usages(texts: &[&str]) -> Vec<Usage> {
        texts.iter().map(|text| Usage::parse(text).unwrap()).collect()
    }

    fn ids(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn a_usage_is_an_entity_and_an_aspect() {
        let usage = Usage::parse("Q42#L.en").unwrap();
        assert_eq!((usage.entity.as_str(), usage.aspect.as_str()), ("Q42", "L.en"));
        for text in ["", "Q42", "#L", "Q42#", "Q42#L#x", "Q 42#L", "Q42#L\n", &format!("Q42#{}", "L".repeat(38))] {
            assert_eq!(Usage::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_page_begins_to_use_an_entity_with_its_first_aspect_and_ceases_with_its_last() {
        let diff = UsageDiff::between(usages(&["Q1#S", "Q2#X", "Q3#T"]), usages(&["Q1#T", "Q3#T", "Q4#O"]));
        assert_eq!(diff.added, usages(&["Q1#T", "Q4#O"]));
        assert_eq!(diff.removed, usages(&["Q1#S", "Q2#X"]));
        assert_eq!((diff.begun, diff.ceased), (ids(&["Q4"]), ids(&["Q2"])));
    }

    #[test]
    fn an_aspect_covers_its_parts_but_not_those_of_other_entities_nor_other_aspects() {
        let diff = UsageDiff::between(usages(&["Q1#L.en"]), usages(&["Q1#L.en", "Q1#L", "Q1#C.P1", "Q2#L.de"]));
        assert_eq!(diff.added, usages(&["Q1#C.P1", "Q1#L", "Q2#L.de"]));
        assert_eq!(diff.removed, usages(&["Q1#L.en"]));
        assert_eq!(diff.begun, ids(&["Q2"]));
    }

    #[test]
    fn a_page_that_uses_what_it_used_changes_nothing() {
        assert_eq!(UsageDiff::between(usages(&["Q1#S"]), usages(&["Q1#S", "Q1#S"])), UsageDiff::default());
    }

    #[test]
    fn needed_subscriptions_that_lack_are_missing_and_others_are_needless() {
        let diff = SubscriptionDiff::of(&ids(&["Q1", "Q2", "Q3", "Q4"]), &ids(&["Q1", "Q2"]), &ids(&["Q2", "Q3"]));
        assert_eq!((diff.missing, diff.needless), (vec!["Q1".to_owned()], vec!["Q3".to_owned()]));
    }

    #[test]
    fn pages_that_were_not_looked_up_are_left_alone() {
        let diff = SubscriptionDiff::of(&ids(&["Q1"]), &ids(&["Q1", "Q2"]), &ids(&["Q1", "Q3"]));
        assert_eq!(diff, SubscriptionDiff::default());
    }
}
