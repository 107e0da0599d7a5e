//! Which pages' recent changes tell of a change, and what stands in them besides the page.
//!
//! A change to an entity that very many pages use must not write as many rows, so each change has a bound. Told first are the
//! pages whose own site link changed, because to them it is the news; then pages in content namespaces, which are what
//! people watch and patrol; within these the oldest, which is what Wikibase takes, and the same however often it is asked.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use serde_json::Value;

use super::{affected_pages::PageId, coalesce::CoalescedChange, php_serialize, received_change::entity_type};

/// A page of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// `page_id`.
    pub id: PageId,
    /// `page_namespace`.
    pub namespace: i32,
    /// `page_title`.
    pub db_key: String,
    /// `page_latest` and `page_len`, where the client has said so.
    pub state: Option<(u64, u64)>,
}

/// How useful a page's row is: less is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Linked,
    Content,
    Other,
}

/// The pages that are told of one change.
#[derive(Clone, Debug, Default)]
struct Told {
    pages: BTreeSet<(Rank, PageId)>,
    dropped: u64,
}

/// The pages that are told of each of some changes.
#[derive(Clone, Debug)]
pub struct Selection {
    most: usize,
    content_namespaces: HashSet<i32>,
    told: Vec<Told>,
    pages: HashMap<PageId, Page>,
}

impl Selection {
    /// Nobody is told yet; at most `most` pages will be of each of `changes` changes.
    pub fn new(changes: usize, most: usize, content_namespaces: HashSet<i32>) -> Self {
        Self { most, content_namespaces, told: vec![Told::default(); changes], pages: HashMap::new() }
    }

    /// The change at `index` affects this page; `is_linked`: by the page's own site link.
    pub fn consider(&mut self, index: usize, page: &Page, is_linked: bool) {
        let rank = match is_linked {
            true => Rank::Linked,
            false if self.content_namespaces.contains(&page.namespace) => Rank::Content,
            false => Rank::Other,
        };
        let told = &mut self.told[index];
        told.pages.insert((rank, page.id));
        let left_out = if told.pages.len() > self.most { told.pages.pop_last() } else { None };
        told.dropped += u64::from(left_out.is_some());
        if left_out != Some((rank, page.id)) {
            self.pages.entry(page.id).or_insert_with(|| page.clone());
        }
    }

    /// The pages that are told of the change at `index`, in ascending order of id.
    pub fn told(&self, index: usize) -> Vec<&Page> {
        let mut ids: Vec<PageId> = self.told[index].pages.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        ids.iter().filter_map(|id| self.pages.get(id)).collect()
    }

    /// How many pages are affected by a change and not told of it, summed up.
    pub fn dropped(&self) -> u64 {
        self.told.iter().map(|told| told.dropped).sum()
    }
}

/// The `rc_params` of a change, as Wikibase's client writes and reads them.
///
/// The numbers of the row are strings there, as a database gives them to PHP; its id is not, and a change that was merged has none.
pub fn params(change: &CoalescedChange) -> String {
    let text = |text: &str| Value::from(text);
    let time = ("time", text(&change.time));
    let user = ("user_id", text(&change.user.to_string()));
    let revision = ("revision_id", text(&change.revision.to_string()));
    let entity = ("object_id", text(&change.entity));
    let kind = ("type", text(&change.kind));
    let mut fields = match change.ids[..] {
        [id] => vec![("id", Value::from(id.0)), time, user, revision, entity, kind],
        _ => vec![("id", Value::Null), entity, kind, revision, user, time],
    };
    fields.push(("entity_type", text(entity_type(&change.kind))));
    // These three come first, and are there in any case.
    for name in ["page_id", "rev_id", "parent_id"] {
        let field = change.info.metadata.fields.iter().find(|(field, _)| field == name);
        fields.push((name, field.map_or(Value::from(0), |(_, value)| value.clone())));
    }
    let mut places: HashMap<&str, usize> = fields.iter().enumerate().map(|(place, (name, _))| (*name, place)).collect();
    for (name, value) in &change.info.metadata.fields {
        match places.entry(name) {
            Entry::Occupied(place) => fields[*place.get()].1 = value.clone(),
            Entry::Vacant(place) => {
                place.insert(fields.len());
                fields.push((name, value.clone()));
            }
        }
    }
    let inner: Vec<(&str, &Value)> = fields.iter().map(|(name, value)| (*name, value)).collect();
    php_serialize::nested("wikibase-repo-change", inner)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            change::ChangeId,
            change_info::{ChangeInfo, Metadata},
        },
        *,
    };

    fn page(id: PageId, namespace: i32) -> Page {
        Page { id, namespace, db_key: format!("P{id}"), state: None }
    }

    fn told(most: usize, pages: &[(Page, bool)]) -> (Vec<PageId>, u64) {
        let mut selection = Selection::new(1, most, HashSet::from([0, 102]));
        for (page, is_linked) in pages {
            selection.consider(0, page, *is_linked);
        }
        (selection.told(0).iter().map(|page| page.id).collect(), selection.dropped())
    }

    #[test]
    fn linked_pages_are_told_first_then_content_then_the_oldest() {
        let pages = [(page(1, 1), false), (page(2, 0), false), (page(3, 102), false), (page(9, 1), true)];
        assert_eq!(told(4, &pages), (vec![1, 2, 3, 9], 0));
        assert_eq!(told(3, &pages), (vec![2, 3, 9], 1));
        assert_eq!(told(2, &pages), (vec![2, 9], 2));
        assert_eq!(told(1, &pages), (vec![9], 3));
    }

    #[test]
    fn who_is_told_does_not_depend_on_the_order_of_asking() {
        let mut pages: Vec<_> = (0..50).map(|id| (page(id, i32::from(id % 3 == 0)), id == 40)).collect();
        let expected = told(10, &pages);
        pages.reverse();
        assert_eq!(told(10, &pages), expected);
    }

    fn fields() -> Vec<(String, Value)> {
        vec![("comment".into(), "é".into()), ("rev_id".into(), 8.into()), ("bot".into(), 1.into())]
    }

    fn change(ids: Vec<ChangeId>) -> CoalescedChange {
        CoalescedChange {
            ids,
            kind: "wikibase-item~update".into(),
            time: "20260131120000".into(),
            entity: "Q1".into(),
            revision: 8,
            user: 5,
            info: ChangeInfo { metadata: Metadata { fields: fields(), ..Default::default() }, ..Default::default() },
            ..Default::default()
        }
    }

    #[test]
    fn the_parameters_of_a_row_are_what_wikibase_writes() {
        assert_eq!(
            params(&change(vec![ChangeId(7)])),
            r#"a:1:{s:20:"wikibase-repo-change";a:12:{s:2:"id";i:7;s:4:"time";s:14:"20260131120000";s:7:"user_id";s:1:"5";s:11:"revision_id";s:1:"8";s:9:"object_id";s:2:"Q1";s:4:"type";s:20:"wikibase-item~update";s:11:"entity_type";s:4:"item";s:7:"page_id";i:0;s:6:"rev_id";i:8;s:9:"parent_id";i:0;s:7:"comment";s:2:"é";s:3:"bot";i:1;}}"#
        );
    }

    #[test]
    fn a_merged_change_has_no_id_in_its_row() {
        let params = params(&change(vec![ChangeId(7), ChangeId(9)]));
        assert!(params.contains(r#"a:12:{s:2:"id";N;s:9:"object_id";s:2:"Q1";s:4:"type";"#), "{params}");
        assert!(params.contains(r#"s:11:"revision_id";s:1:"8";s:7:"user_id";s:1:"5";s:4:"time";"#), "{params}");
    }
}
