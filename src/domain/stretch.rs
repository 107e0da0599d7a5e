//! A stretch of the change buffer, read once for every client, and sorted out: who must hear of which change.
//!
//! That is whoever is subscribed to its entity, **or** has a site link that it changes. The second half is easily
//! forgotten: a page that has just been linked has no subscription yet.
//!
//! Changes are sorted out one by one, as they come: the database works on the next ones meanwhile.

use std::{collections::HashMap, mem, sync::Arc};

use super::{
    change::{BadChange, Change, ChangeId},
    change_info::Glances,
    notification::{Phrasebook, Prepared},
    unknown_forms::UnknownForms,
};

/// Number of a client, by which one process tells clients apart.
pub type ClientNumber = u32;

/// Sorts out who must hear of the changes of a stretch, while they are read.
pub struct Sorting<'n> {
    number_of: &'n dyn Fn(&str) -> Option<ClientNumber>,
    sorted: Sorted,
    glances: Glances,
    /// Who must hear of the change at hand.
    clients: Vec<ClientNumber>,
}

/// What was sorted out so far.
#[derive(Default)]
struct Sorted {
    rows: usize,
    /// Those that somebody must hear of, in ascending id.
    changes: Vec<Arc<Prepared>>,
    /// Who must hear of which of them: a client, and a place, which ascends.
    heard: Vec<(ClientNumber, u32)>,
    bad: HashMap<u32, String>,
    unheard: Vec<BadChange>,
    unknown: UnknownForms,
    /// What they have in common, for their packed form.
    book: Phrasebook,
}

impl<'n> Sorting<'n> {
    /// Nothing yet. `number_of` knows the clients by their site ids.
    pub fn new(number_of: &'n dyn Fn(&str) -> Option<ClientNumber>) -> Self {
        Self { number_of, sorted: Sorted::default(), glances: Glances::default(), clients: Vec::new() }
    }

    /// Forgets what was taken: it is read once more.
    pub fn begin_anew(&mut self) {
        self.sorted = Sorted::default();
    }

    /// Takes the next change, in ascending id, and the sites that are subscribed to its entity. One that is no client means nothing.
    pub fn take<'s>(&mut self, change: Change, subscribers: impl Iterator<Item = &'s str>) {
        let Self { number_of, sorted, glances, clients } = self;
        let number_of = *number_of;
        clients.clear();
        clients.extend(subscribers.filter_map(number_of));
        let mut reason = None;
        match glances.at(&change.info) {
            Ok(glance) => {
                glance.unknown.iter().for_each(|name| sorted.unknown.met(name, Some(change.id)));
                clients.extend(glance.sites.iter().filter_map(|site| number_of(site)));
            }
            Err(why) => reason = Some(why),
        }
        // Some for both reasons.
        clients.sort_unstable();
        clients.dedup();
        sorted.rows += 1;
        if clients.is_empty() {
            // What nobody must hear of is not kept.
            sorted.unheard.extend(reason.map(|reason| BadChange { id: change.id, reason }));
            return;
        }
        let place = u32::try_from(sorted.changes.len()).unwrap_or(u32::MAX);
        // What could be read is JSON.
        sorted.changes.push(Arc::new(Prepared::among(change, reason.is_none(), &mut sorted.book)));
        sorted.bad.extend(reason.map(|reason| (place, reason)));
        sorted.heard.extend(clients.iter().map(|client| (*client, place)));
    }

    /// All of them: everything after `after` and up to `reached`.
    pub fn finish(&mut self, after: ChangeId, reached: ChangeId) -> Stretch {
        let Sorted { rows, changes, heard, bad, unheard, unknown, book: _ } = mem::take(&mut self.sorted);
        let heard = Heard::of(&heard);
        let bytes = changes.iter().map(|change| size(change)).sum::<usize>() + heard.bytes();
        Stretch { after, reached, rows, bytes, changes, heard, bad, unheard, unknown }
    }
}

/// Who must hear of what, by client: the places of the changes in their stretch.
#[derive(Debug)]
struct Heard {
    /// Clients, ascending, each with where its places begin.
    clients: Vec<(ClientNumber, u32)>,
    /// Those of each client follow each other, ascending.
    places: Vec<u32>,
}

impl Heard {
    /// `heard`: clients and places; those of each client ascend, and none comes twice.
    fn of(heard: &[(ClientNumber, u32)]) -> Self {
        let most = heard.iter().map(|(client, _)| *client as usize + 1).max().unwrap_or(0);
        let mut next = vec![0_u32; most];
        for (client, _) in heard {
            next[*client as usize] += 1;
        }
        let (mut clients, mut begin) = (Vec::new(), 0);
        for (client, count) in (0..).zip(&mut next) {
            if *count > 0 {
                clients.push((client, begin));
            }
            begin += mem::replace(count, begin);
        }
        let mut places = vec![0; heard.len()];
        for (client, place) in heard {
            let at = &mut next[*client as usize];
            places[*at as usize] = *place;
            *at += 1;
        }
        Self { clients, places }
    }

    fn places(&self, client: ClientNumber) -> &[u32] {
        let Ok(at) = self.clients.binary_search_by_key(&client, |(client, _)| *client) else {
            return &[];
        };
        let end = self.clients.get(at + 1).map_or(self.places.len(), |(_, begin)| *begin as usize);
        &self.places[self.clients[at].1 as usize..end]
    }

    fn bytes(&self) -> usize {
        size_of_val(self.clients.as_slice()) + size_of_val(self.places.as_slice())
    }
}

/// A stretch of the buffer: what is in it, for whom.
#[derive(Debug)]
pub struct Stretch {
    after: ChangeId,
    reached: ChangeId,
    rows: usize,
    bytes: usize,
    /// Those that somebody must hear of, in ascending id.
    changes: Vec<Arc<Prepared>>,
    heard: Heard,
    bad: HashMap<u32, String>,
    unheard: Vec<BadChange>,
    unknown: UnknownForms,
}

impl Stretch {
    /// It begins after this id.
    pub fn after(&self) -> ChangeId {
        self.after
    }

    /// It ends with this id.
    pub fn reached(&self) -> ChangeId {
        self.reached
    }

    /// Rows that were read for it, whether somebody must hear of them or not.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of memory that it takes, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Changes that could not be read and that nobody must hear of. They are reported, at least.
    pub fn unheard(&self) -> &[BadChange] {
        &self.unheard
    }

    /// Forms of changes that are not known, whether somebody must hear of those or not.
    pub fn unknown_forms(&self) -> &UnknownForms {
        &self.unknown
    }

    /// What `client` must hear of after `seen`, in ascending id, each with the reason why it cannot be read, if so.
    pub fn of(&self, client: ClientNumber, seen: ChangeId) -> impl Iterator<Item = (&Arc<Prepared>, Option<&String>)> {
        let places = self.heard.places(client);
        let start = places.partition_point(|place| self.changes[*place as usize].id <= seen);
        places[start..].iter().map(|place| (&self.changes[*place as usize], self.bad.get(place)))
    }
}

/// With what the allocator and the counters take.
fn size(change: &Prepared) -> usize {
    const OVERHEAD: usize = 64;
    size_of::<Prepared>()
        + OVERHEAD
        + change.extra_bytes()
        + change.info.len()
        + change.entity.len()
        + change.kind.len()
        + change.time.len()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const ENWIKI: ClientNumber = 0;
    const DEWIKI: ClientNumber = 1;

    pub(crate) fn change(id: u64, entity: &str, info: &str) -> Change {
        Change {
            id: ChangeId(id),
            kind: "wikibase-item~update".into(),
            time: "20260101000000".into(),
            entity: entity.into(),
            revision: 1,
            user: 1,
            info: info.into(),
        }
    }

    fn number_of(site: &str) -> Option<ClientNumber> {
        ["enwiki", "dewiki"].iter().position(|name| *name == site).and_then(|at| at.try_into().ok())
    }

    /// A stretch in which enwiki is subscribed to Q1, and others to other things.
    pub(crate) fn stretch(after: u64, reached: u64, changes: Vec<Change>) -> Stretch {
        let subscriptions = [("Q1", "enwiki"), ("Q7", "dewiki"), ("Q1", "nowiki"), ("Q99", "enwiki")];
        let mut sorting = Sorting::new(&number_of);
        for change in changes {
            let entity = change.entity.clone();
            let subscribers = subscriptions.iter().filter(|(subscribed, _)| *subscribed == entity);
            sorting.take(change, subscribers.map(|(_, site)| *site));
        }
        sorting.finish(ChangeId(after), ChangeId(reached))
    }

    fn ids(stretch: &Stretch, client: ClientNumber, seen: u64) -> Vec<u64> {
        stretch.of(client, ChangeId(seen)).map(|(change, _)| change.id.0).collect()
    }

    fn linking(site: &str) -> String {
        format!(r#"{{"compactDiff":"{{\"siteLinkChanges\":{{\"{site}\":[null,\"Berlin\",false]}}}}"}}"#)
    }

    #[test]
    fn a_subscriber_hears_of_it() {
        let stretch = stretch(0, 9, vec![change(1, "Q1", "{}"), change(2, "Q2", "{}"), change(4, "Q1", "{}")]);
        assert_eq!((ids(&stretch, ENWIKI, 0), ids(&stretch, ENWIKI, 1)), (vec![1, 4], vec![4]));
        assert_eq!(ids(&stretch, DEWIKI, 0), Vec::<u64>::new());
        assert_eq!(stretch.rows(), 3);
    }

    #[test]
    fn a_client_whose_page_was_just_linked_hears_of_it_without_a_subscription() {
        let changes = vec![change(1, "Q2", &linking("dewiki")), change(2, "Q2", &linking("dewikiquote"))];
        assert_eq!(ids(&stretch(0, 2, changes), DEWIKI, 0), [1]);
    }

    #[test]
    fn whoever_must_hear_of_it_for_two_reasons_hears_of_it_once() {
        let changes = vec![change(1, "Q1", &linking("enwiki")), change(2, "Q1", "{}")];
        assert_eq!(ids(&stretch(0, 2, changes), ENWIKI, 0), [1, 2]);
    }

    #[test]
    fn g9_a_bad_change_is_for_its_subscribers_and_one_without_any_is_reported() {
        let stretch =
            stretch(0, 3, vec![change(1, "Q1", "rubbish"), change(2, "Q2", "rubbish"), change(3, "Q7", "{}")]);
        let heard: Vec<_> = stretch.of(ENWIKI, ChangeId(0)).map(|(change, bad)| (change.id.0, bad.is_some())).collect();
        assert_eq!(heard, [(1, true)]);
        assert_eq!(stretch.unheard().iter().map(|bad| bad.id.0).collect::<Vec<_>>(), [2]);
        assert_eq!(ids(&stretch, DEWIKI, 0), [3], "what stands behind a change that is not kept moves up");
    }

    #[test]
    fn g17_forms_that_are_not_known_are_counted() {
        let new = r#"{"compactDiff":"{\"lemmaChanges\":[\"en\"]}"}"#;
        let stretch = stretch(0, 3, vec![change(1, "Q1", "{}"), change(2, "Q1", new), change(3, "Q2", new)]);
        let forms: Vec<_> = stretch.unknown_forms().iter().map(|(name, form)| (name, form.count)).collect();
        assert_eq!(forms, [("compactDiff.lemmaChanges", 2)]);
        assert_eq!(ids(&stretch, ENWIKI, 0), [1, 2], "and told");
    }

    #[test]
    fn what_nobody_must_hear_of_takes_no_memory() {
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(10_000));
        assert!(stretch(0, 1, vec![change(1, "Q2", &large)]).bytes() < 100);
        assert!(stretch(0, 1, vec![change(1, "Q1", &large)]).bytes() > 10_000);
    }
}
