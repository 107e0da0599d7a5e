//! A stretch of the change buffer, read once for every client, and sorted out: who must hear of which change.
//!
//! That is whoever is subscribed to its entity, **or** has a site link that it changes. The second half is easily
//! forgotten: a page that has just been linked has no subscription yet.

use std::{collections::HashMap, sync::Arc};

use super::{
    change::{BadChange, Change, ChangeId},
    change_info,
    notification::{Phrasebook, Prepared},
    unknown_forms::UnknownForms,
};

/// Number of a client, by which one process tells clients apart.
pub type ClientNumber = u32;

/// Sorts out who must hear of the changes of a stretch, while subscriptions are read.
#[derive(Debug)]
pub struct Audience<'c, N> {
    number_of: N,
    /// Places of the changes of each entity.
    by_entity: HashMap<&'c str, Vec<u32>>,
    by_client: HashMap<ClientNumber, Vec<u32>>,
    bad: HashMap<u32, String>,
    unknown: UnknownForms,
}

impl<'c, N: Fn(&str) -> Option<ClientNumber>> Audience<'c, N> {
    /// Takes note of the entities and of the site links of `changes`. `number_of` knows the clients by their site ids.
    pub fn new(changes: &'c [Change], number_of: N) -> Self {
        let mut audience = Self {
            number_of,
            by_entity: HashMap::new(),
            by_client: HashMap::new(),
            bad: HashMap::new(),
            unknown: UnknownForms::default(),
        };
        for (place, change) in (0..).zip(changes) {
            audience.by_entity.entry(&change.entity).or_default().push(place);
            match change_info::glance(&change.info) {
                Ok(glance) => {
                    glance.unknown.iter().for_each(|name| audience.unknown.met(name, Some(change.id)));
                    for client in glance.sites.iter().filter_map(|site| (audience.number_of)(site)) {
                        audience.by_client.entry(client).or_default().push(place);
                    }
                }
                Err(reason) => {
                    audience.bad.insert(place, reason);
                }
            }
        }
        audience
    }

    /// Whose subscribers are to be asked for; each once.
    pub fn entities(&self) -> Vec<&'c str> {
        self.by_entity.keys().copied().collect()
    }

    /// Takes note of a subscription, and tells whose it is. One of a site that is no client means nothing.
    pub fn subscribe(&mut self, entity: &str, site: &str) -> Option<ClientNumber> {
        let places = self.by_entity.get(entity)?;
        let client = (self.number_of)(site)?;
        self.by_client.entry(client).or_default().extend_from_slice(places);
        Some(client)
    }

    /// Whoever must hear of any of the changes, as far as is known yet: until subscriptions are taken note of, for a site link.
    pub fn clients(&self) -> impl Iterator<Item = ClientNumber> {
        self.by_client.keys().copied()
    }

    /// Why the change at a place cannot be read, if so.
    pub fn why_bad(&self, place: u32) -> Option<&str> {
        self.bad.get(&place).map(String::as_str)
    }

    /// What was found out.
    pub fn found(self) -> Found {
        Found { by_client: self.by_client, bad: self.bad, unknown: self.unknown }
    }
}

/// Who must hear of which change, by the places of the changes in their stretch.
#[derive(Debug)]
pub struct Found {
    by_client: HashMap<ClientNumber, Vec<u32>>,
    bad: HashMap<u32, String>,
    unknown: UnknownForms,
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
    by_client: HashMap<ClientNumber, Vec<u32>>,
    bad: HashMap<u32, String>,
    unheard: Vec<BadChange>,
    unknown: UnknownForms,
}

impl Stretch {
    /// Of `changes`: everything after `after` and up to `reached`, in ascending id.
    pub fn new(after: ChangeId, reached: ChangeId, changes: Vec<Change>, found: Found) -> Self {
        let Found { mut by_client, mut bad, unknown } = found;
        let rows = changes.len();
        let mut is_heard = vec![false; rows];
        for places in by_client.values_mut() {
            places.sort_unstable();
            places.dedup();
            for place in places {
                is_heard[*place as usize] = true;
            }
        }
        // What nobody must hear of is not kept; what stands behind it moves up.
        let (mut kept, mut moved_to, mut unheard) = (Vec::new(), Vec::with_capacity(rows), Vec::new());
        let (mut kept_bad, mut book) = (HashMap::new(), Phrasebook::default());
        for ((place, change), is_heard) in (0..).zip(changes).zip(is_heard) {
            let new_place = u32::try_from(kept.len()).unwrap_or(u32::MAX);
            moved_to.push(new_place);
            let reason = bad.remove(&place);
            if is_heard {
                // What could be read is JSON.
                kept.push(Arc::new(Prepared::among(change, reason.is_none(), &mut book)));
                kept_bad.extend(reason.map(|reason| (new_place, reason)));
            } else {
                unheard.extend(reason.map(|reason| BadChange { id: change.id, reason }));
            }
        }
        for place in by_client.values_mut().flatten() {
            *place = moved_to[*place as usize];
        }
        let bytes = kept.iter().map(|change| size(change)).sum::<usize>()
            + by_client.values().map(|places| size_of_val(places.as_slice())).sum::<usize>();
        Self { after, reached, rows, bytes, changes: kept, by_client, bad: kept_bad, unheard, unknown }
    }

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
        let places = self.by_client.get(&client).map_or(&[][..], Vec::as_slice);
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
        let mut audience = Audience::new(&changes, number_of);
        for (entity, site) in [("Q1", "enwiki"), ("Q7", "dewiki"), ("Q1", "nowiki"), ("Q99", "enwiki")] {
            audience.subscribe(entity, site);
        }
        let found = audience.found();
        Stretch::new(ChangeId(after), ChangeId(reached), changes, found)
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
