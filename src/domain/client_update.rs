//! What a notification asks of a client wiki, from its changes to the jobs that follow.
//!
//! The client answers questions in between, each once for all changes together: which aspects of these entities are used, on which
//! pages, what page is this title, and, in portions, which of these pages exist. Between the questions nothing is held but ids of pages, and the pages
//! that will be told in the recent changes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use super::{
    affected_pages::{self, AffectedPages, PageId},
    aspect,
    coalesce::{CoalescedChange, Viewpoint, coalesce},
    received_change::ReceivedChange,
    recent_changes::{Page, Selection},
    site::SiteId,
    unknown_forms::UnknownForms,
};

/// What has to be known of the client beforehand.
#[derive(Clone, Debug)]
pub struct ClientFacts {
    /// What site links call it.
    pub site: SiteId,
    /// The aspects that its Wikibase can track the use of, without modifiers; none where it has no Wikibase.
    pub aspects: HashSet<String>,
    /// Namespaces of its that hold content.
    pub content_namespaces: HashSet<i32>,
    /// Pages that are told of one change, at most.
    pub recent_changes_max_pages: usize,
}

/// A change, and pages whose recent changes are to tell of it.
#[derive(Clone, Debug)]
pub struct ToldChange {
    /// What to tell.
    pub change: Arc<CoalescedChange>,
    /// Whom; in ascending order of id.
    pub pages: Vec<Page>,
}

/// See the file's head.
#[derive(Clone, Debug)]
pub struct ClientUpdate {
    changes: Vec<Arc<CoalescedChange>>,
    affected: AffectedPages,
    selection: Selection,
    unknown: UnknownForms,
    /// Where telling goes on: change, and how many of its pages have been told.
    told: (usize, usize),
}

impl ClientUpdate {
    /// Coalesces `changes`.
    pub fn new(changes: Vec<ReceivedChange>, client: ClientFacts) -> Self {
        let mut unknown = UnknownForms::default();
        // What cannot be read is reported as such, and no upgrade mends it.
        for change in changes.iter().filter(|change| change.info.trouble.is_none()) {
            change.info.unknown().iter().for_each(|name| unknown.met(name, Some(change.id)));
        }
        let tracks_qualifiers = client.aspects.contains(aspect::WITH_QUALIFIERS);
        let viewpoint = Viewpoint { site: client.site, tracks_qualifiers };
        let changes: Vec<_> = coalesce(changes, &viewpoint).into_iter().map(Arc::new).collect();
        let selection = Selection::new(changes.len(), client.recent_changes_max_pages, client.content_namespaces);
        Self { changes, affected: AffectedPages::default(), selection, unknown, told: (0, 0) }
    }

    /// The changes, coalesced, in order of time.
    pub fn changes(&self) -> impl Iterator<Item = &CoalescedChange> + Clone {
        self.changes.iter().map(Arc::as_ref)
    }

    /// Somebody else sees to the changes at these places of [`ClientUpdate::changes`]. To be said before anything is answered.
    pub fn leave_out(&mut self, places: &HashSet<usize>) {
        let changes = std::mem::take(&mut self.changes).into_iter().enumerate();
        self.changes = changes.filter(|(place, _)| !places.contains(place)).map(|(_, change)| change).collect();
    }

    /// The entities whose used aspects are wanted.
    pub fn entities(&self) -> BTreeSet<&str> {
        self.changes().map(|change| change.entity.as_str()).collect()
    }

    /// Of the aspects that are used of each entity, those whose users are wanted. What is used decides, so that one that is not
    /// known is not overlooked.
    pub fn usage_lookup<'u>(
        &mut self,
        used: impl IntoIterator<Item = (&'u str, Vec<&'u str>)>,
    ) -> BTreeMap<&'u str, Vec<&'u str>> {
        let mut by_entity: HashMap<&str, Vec<&CoalescedChange>> = HashMap::new();
        for change in self.changes.iter().map(Arc::as_ref) {
            by_entity.entry(&change.entity).or_default().push(change);
        }
        let mut lookup = BTreeMap::new();
        for (entity, mut aspects) in used {
            let changes = by_entity.get(entity).map_or(&[][..], Vec::as_slice);
            aspects.retain(|aspect| changes.iter().any(|change| change.touched.affects(aspect)));
            for aspect in aspects.iter().filter(|aspect| !aspect::is_known(aspect)) {
                self.unknown.met(&format!("aspect {}", aspect::base(aspect)), None);
            }
            if !aspects.is_empty() {
                lookup.insert(entity, aspects);
            }
        }
        lookup
    }

    /// What was met in the changes, and in what is used of their entities, that is not known.
    pub fn unknown_forms(&self) -> &UnknownForms {
        &self.unknown
    }

    /// The titles, as text with their namespaces, whose pages are wanted.
    pub fn linked_titles(&self) -> BTreeSet<&str> {
        affected_pages::linked_titles(self.changes())
    }

    /// These pages use this aspect of this entity.
    pub fn add_usages(&mut self, entity: &str, aspect: &str, pages: impl IntoIterator<Item = PageId>) {
        self.affected.add_usages(entity, aspect, pages);
    }

    /// This title is that page.
    pub fn add_linked(&mut self, title: &str, page: PageId) {
        self.affected.add_linked(title, page);
    }

    /// The next affected pages behind `after`, at most `limit`, in ascending order.
    pub fn page_ids(&mut self, after: Option<PageId>, limit: usize) -> Vec<PageId> {
        let Some(from) = after.map_or(Some(0), |after| after.checked_add(1)) else {
            return Vec::new();
        };
        self.affected.put_in_order();
        self.affected.of_all(self.changes.iter().map(Arc::as_ref), from, limit)
    }

    /// Of the pages asked for last, these exist. (Usages outlive pages for a while.)
    pub fn add_pages(&mut self, mut pages: Vec<Page>) {
        pages.sort_unstable_by_key(|page| page.id);
        let (Some(first), Some(last)) = (pages.first(), pages.last()) else {
            return;
        };
        for (place, change) in self.changes.iter().enumerate() {
            let linked: Vec<PageId> = self.affected.linked_by(change).collect();
            for id in self.affected.of_change(change, first.id, last.id) {
                if let Ok(at) = pages.binary_search_by_key(&id, |page| page.id) {
                    self.selection.consider(place, &pages[at], linked.contains(&id));
                }
            }
        }
    }

    /// What is to be told next, at most `rows` pairs of a change and a page; empty when all has been told.
    pub fn tell(&mut self, rows: usize) -> Vec<ToldChange> {
        let mut left = rows;
        let mut portion = Vec::new();
        while left > 0 && self.told.0 < self.changes.len() {
            let (place, done) = self.told;
            let pages = self.selection.told(place);
            let next: Vec<Page> = pages.iter().skip(done).take(left).map(|page| (*page).clone()).collect();
            left -= next.len();
            self.told = if done + next.len() < pages.len() { (place, done + next.len()) } else { (place + 1, 0) };
            // It would be a recent change of no time.
            if !next.is_empty() && !self.changes[place].time.is_empty() {
                portion.push(ToldChange { change: Arc::clone(&self.changes[place]), pages: next });
            }
        }
        portion
    }

    /// Pairs of a change and a page that will not be told, because the change has told as many as it may.
    pub fn untold(&self) -> u64 {
        self.selection.dropped()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            change::{Change, ChangeId},
            change_info::ChangeInfo,
            compact_diff::CompactDiff,
            notification::Notification,
            unknown_forms::UnknownForm,
        },
        *,
    };

    fn update(entities: &[&str], max_pages: usize) -> ClientUpdate {
        let changes = entities.iter().zip(1..).map(|(entity, id)| ReceivedChange {
            id: ChangeId(id),
            kind: "wikibase-item~update".into(),
            time: format!("202601311200{id:02}"),
            entity: (*entity).to_owned(),
            info: ChangeInfo {
                diff: Some(CompactDiff { labels: vec!["en".into()], ..Default::default() }),
                ..Default::default()
            },
            ..Default::default()
        });
        ClientUpdate::new(changes.collect(), client(max_pages))
    }

    fn client(max_pages: usize) -> ClientFacts {
        ClientFacts {
            site: SiteId::parse("enwiki").unwrap(),
            aspects: HashSet::new(),
            content_namespaces: HashSet::from([0]),
            recent_changes_max_pages: max_pages,
        }
    }

    fn page(id: PageId) -> Page {
        Page { id, namespace: 0, db_key: format!("P{id}"), state: None }
    }

    fn told(update: &mut ClientUpdate, rows: usize) -> Vec<Vec<(String, Vec<PageId>)>> {
        let portion = |update: &mut ClientUpdate| {
            let told = update.tell(rows);
            let ids = |told: &ToldChange| told.pages.iter().map(|page| page.id).collect();
            told.iter().map(|told| (told.change.entity.clone(), ids(told))).collect::<Vec<_>>()
        };
        std::iter::from_fn(|| Some(portion(update)).filter(|portion| !portion.is_empty())).collect()
    }

    #[test]
    fn only_pages_that_exist_are_told() {
        let mut update = update(&["Q1"], 10);
        update.add_usages("Q1", "L.en", [1, 2, 3]);
        assert_eq!(update.page_ids(None, 10), [1, 2, 3]);
        update.add_pages(vec![page(3), page(1)]);
        assert_eq!(told(&mut update, 10), [[("Q1".to_owned(), vec![1, 3])]]);
    }

    #[test]
    fn telling_goes_in_portions_over_changes_and_within_one() {
        let mut update = update(&["Q1", "Q2", "Q3"], 10);
        update.add_usages("Q1", "X", [1, 2, 3]);
        update.add_usages("Q3", "X", [2, 9]);
        assert_eq!(update.page_ids(Some(1), 10), [2, 3, 9]);
        update.add_pages([1, 2, 3, 9].map(page).to_vec());
        let (q1, q3) = ("Q1".to_owned(), "Q3".to_owned());
        assert_eq!(
            told(&mut update, 2),
            [vec![(q1.clone(), vec![1, 2])], vec![(q1, vec![3]), (q3.clone(), vec![2])], vec![(q3, vec![9])]]
        );
    }

    #[test]
    fn what_somebody_else_sees_to_asks_for_nothing() {
        let mut update = update(&["Q1", "Q2"], 10);
        update.leave_out(&HashSet::from([0]));
        assert_eq!(update.entities(), ["Q2"].into());
        assert!(update.usage_lookup([("Q1", vec!["L.en"])]).is_empty());
    }

    #[test]
    fn only_what_is_used_and_touched_is_looked_up_and_what_is_not_known_is_named() {
        let mut update = update(&["Q1", "Q2"], 10);
        let used = [("Q1", vec!["C.P1", "L.en", "S", "Z.en", "Z.fr"]), ("Q2", vec!["D.en"]), ("Q3", vec!["X"])];
        assert_eq!(update.usage_lookup(used), [("Q1", vec!["L.en", "Z.en", "Z.fr"])].into());
        let unknown: Vec<_> = update.unknown_forms().iter().map(|(name, form)| (name, form.count)).collect();
        assert_eq!(unknown, [("aspect Z", 2)]);
    }

    #[test]
    fn g17_a_form_that_is_not_known_is_named_with_a_change_that_shows_it() {
        let info = br#"{"compactDiff":"{\"lemmaChanges\":[\"en\"]}"}"#.to_vec();
        let changes =
            [7, 8].map(|id| Change { id: ChangeId(id), entity: "L1".into(), info: info.clone(), ..no_change() });
        let update = ClientUpdate::new(Notification::of(changes).changes, client(10));
        let form = UnknownForm { count: 2, example: Some(ChangeId(7)) };
        assert_eq!(update.unknown_forms().iter().collect::<Vec<_>>(), [("compactDiff.lemmaChanges", form)]);
    }

    #[test]
    fn g17_a_change_that_cannot_be_read_looks_up_whatever_is_used_of_its_entity() {
        let change =
            Change { entity: "Q1".into(), time: "20260131120000".into(), info: b"rub\xffbish".to_vec(), ..no_change() };
        let mut update = ClientUpdate::new(Notification::of([change]).changes, client(10));
        assert_eq!(update.unknown_forms().iter().count(), 0, "an upgrade would not help");
        let used = vec!["A.de", "C.P1", "L.en", "O", "S", "T", "X", "Z"];
        assert_eq!(update.usage_lookup([("Q1", used.clone())]), [("Q1", used)].into());
    }

    fn no_change() -> Change {
        Change {
            id: ChangeId(1),
            kind: String::new(),
            time: String::new(),
            entity: String::new(),
            revision: 0,
            user: 0,
            info: vec![],
        }
    }

    #[test]
    fn a_change_of_no_time_updates_pages_and_is_not_told() {
        let change = Change { entity: "Q1".into(), time: "yesterday".into(), ..no_change() };
        let mut update = ClientUpdate::new(Notification::of([change]).changes, client(10));
        update.add_usages("Q1", "X", [1]);
        assert_eq!(update.page_ids(None, 10), [1]);
        update.add_pages(vec![page(1)]);
        assert!(update.tell(10).is_empty());
    }

    #[test]
    fn an_entity_used_on_very_many_pages_is_told_to_few_and_the_others_are_counted() {
        let mut update = update(&["Q1", "Q1", "Q2"], 300);
        update.add_usages("Q1", "L.en", 1..=100_000);
        let (mut after, mut seen) = (None, 0);
        loop {
            let ids = update.page_ids(after, 500);
            assert!(ids.len() <= 500);
            let Some(last) = ids.last() else { break };
            (after, seen) = (Some(*last), seen + ids.len());
            update.add_pages(ids.iter().copied().map(page).collect());
        }
        assert_eq!(seen, 100_000);
        assert_eq!(update.untold(), 99_700);
        let rows: usize = told(&mut update, 300).iter().flatten().map(|(_, pages)| pages.len()).sum();
        assert_eq!(rows, 300);
    }
}
