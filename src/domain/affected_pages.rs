//! Finds the pages that changes affect: those that use an aspect which a change touches, and the old and the new page of a changed
//! site link, which need not be known to use anything yet.
//!
//! Page ids only, four bytes each: an entity may be used on very many pages.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::coalesce::CoalescedChange;

/// Id of a page on the client.
pub type PageId = u32;

/// What is to be resolved to pages for some changes: titles as text, with their namespaces.
pub fn linked_titles<'c>(changes: impl IntoIterator<Item = &'c CoalescedChange>) -> BTreeSet<&'c str> {
    changes.into_iter().flat_map(|change| change.titles.iter().map(String::as_str)).collect()
}

/// What the client answered.
#[derive(Clone, Debug, Default)]
pub struct AffectedPages {
    /// Entity, aspect, pages.
    usages: HashMap<String, HashMap<String, Vec<PageId>>>,
    /// By title.
    linked: HashMap<String, PageId>,
    /// Whether pages have been added since they were last put in order.
    is_in_order: bool,
}

impl AffectedPages {
    /// These pages use this aspect of this entity.
    pub fn add_usages(&mut self, entity: &str, aspect: &str, pages: impl IntoIterator<Item = PageId>) {
        let aspects = self.usages.entry(entity.to_owned()).or_default();
        aspects.entry(aspect.to_owned()).or_default().extend(pages);
        self.is_in_order = false;
    }

    /// This title is that page.
    pub fn add_linked(&mut self, title: &str, page: PageId) {
        self.linked.insert(title.to_owned(), page);
    }

    /// Puts the pages in order, which the methods below rely on.
    pub fn put_in_order(&mut self) {
        if !self.is_in_order {
            for pages in self.usages.values_mut().flat_map(HashMap::values_mut) {
                pages.sort_unstable();
                pages.dedup();
            }
            self.is_in_order = true;
        }
    }

    /// Pages that one of the changes affects, from `from` on, at most `limit`: each once, in ascending order.
    pub fn of_all<'c>(
        &self,
        changes: impl IntoIterator<Item = &'c CoalescedChange> + Clone,
        from: PageId,
        limit: usize,
    ) -> Vec<PageId> {
        let mut by_entity: BTreeMap<&str, Vec<&CoalescedChange>> = BTreeMap::new();
        for change in changes.clone() {
            by_entity.entry(&change.entity).or_default().push(change);
        }
        let mut pages = BTreeSet::new();
        // Each list begins with its lowest, so no more than the limit of any can be among the lowest of all.
        for (entity, changes) in by_entity {
            let affected =
                self.used(entity).filter(|(aspect, _)| changes.iter().any(|one| one.touched.affects(aspect)));
            for (_, used_on) in affected {
                for page in slice(used_on, from, PageId::MAX).iter().take(limit) {
                    pages.insert(*page);
                    if pages.len() > limit {
                        pages.pop_last();
                    }
                }
            }
        }
        pages.extend(changes.into_iter().flat_map(|change| self.linked_by(change)).filter(|page| *page >= from));
        pages.into_iter().take(limit).collect()
    }

    /// Pages from `from` to `to` that the change affects: each once, in ascending order.
    pub fn of_change(&self, change: &CoalescedChange, from: PageId, to: PageId) -> Vec<PageId> {
        let used = self.used(&change.entity).filter(|(aspect, _)| change.touched.affects(aspect));
        let used = used.flat_map(|(_, pages)| slice(pages, from, to)).copied();
        let linked = self.linked_by(change).filter(|page| (from..=to).contains(page));
        let mut pages: Vec<PageId> = used.chain(linked).collect();
        pages.sort_unstable();
        pages.dedup();
        pages
    }

    /// Pages that the change's own site link names.
    pub fn linked_by(&self, change: &CoalescedChange) -> impl Iterator<Item = PageId> {
        change.titles.iter().filter_map(|title| self.linked.get(title)).copied()
    }

    fn used(&self, entity: &str) -> impl Iterator<Item = (&str, &[PageId])> {
        let aspects = self.usages.get(entity).into_iter().flatten();
        aspects.map(|(aspect, pages)| (aspect.as_str(), pages.as_slice()))
    }
}

/// Those of `pages`, which are in order, from `from` to `to`.
fn slice(pages: &[PageId], from: PageId, to: PageId) -> &[PageId] {
    let start = pages.partition_point(|page| *page < from);
    let end = pages.partition_point(|page| *page <= to);
    &pages[start..end.max(start)]
}

#[cfg(test)]
mod tests {
    use super::{super::aspect::Touched, *};

    fn change(entity: &str, aspects: &[&str], titles: &[&str]) -> CoalescedChange {
        let mut touched = Touched::default();
        aspects.iter().for_each(|aspect| touched.add(aspect));
        CoalescedChange {
            entity: entity.to_owned(),
            touched,
            titles: titles.iter().map(|title| (*title).to_owned()).collect(),
            ..Default::default()
        }
    }

    fn pages() -> AffectedPages {
        let mut pages = AffectedPages::default();
        pages.add_usages("Q1", "L.en", [9, 3, 5]);
        pages.add_usages("Q1", "X", [5, 7]);
        pages.add_usages("Q2", "S", [1, 2]);
        pages.add_linked("Berlin", 4);
        pages.put_in_order();
        pages
    }

    #[test]
    fn a_page_is_affected_by_an_aspect_that_it_uses() {
        assert_eq!(pages().of_change(&change("Q1", &["L.en"], &[]), 0, 99), [3, 5, 9]);
        assert_eq!(pages().of_change(&change("Q1", &["X", "L.en"], &[]), 0, 99), [3, 5, 7, 9]);
        assert!(pages().of_change(&change("Q1", &["L.de"], &[]), 0, 99).is_empty());
        assert!(pages().of_change(&change("Q3", &["X"], &[]), 0, 99).is_empty());
    }

    #[test]
    fn a_page_that_was_just_linked_is_affected_though_it_uses_nothing() {
        assert_eq!(pages().of_change(&change("Q3", &["S", "X"], &["Berlin", "Nowhere"]), 0, 99), [4]);
    }

    #[test]
    fn pages_come_in_ascending_portions_each_once() {
        let changes = [change("Q1", &["X", "L.en"], &["Berlin"]), change("Q2", &["S"], &[])];
        let pages = pages();
        assert_eq!(pages.of_all(&changes, 0, 3), [1, 2, 3]);
        assert_eq!(pages.of_all(&changes, 4, 3), [4, 5, 7]);
        assert_eq!(pages.of_all(&changes, 8, 3), [9]);
        assert!(pages.of_all(&changes, 10, 3).is_empty());
    }

    #[test]
    fn titles_are_asked_for_once() {
        let changes = [change("Q1", &["X", "L.en"], &["B"]), change("Q1", &["X", "O"], &["A", "B"])];
        assert_eq!(linked_titles(&changes), ["A", "B"].into());
    }
}
