//! Changes on a client: coalesced, looked up, and told in recent changes. Whatever they say, nothing that any of them touches is
//! left out, and what is written for MediaWiki can be read.

#![no_main]

use std::collections::{BTreeSet, HashSet};

use libfuzzer_sys::fuzz_target;
use wikibase_dispatch::domain::{
    aspect, change_info,
    client_update::{ClientFacts, ClientUpdate},
    coalesce::CoalescedChange,
    notification::Notification,
    received_change::ReceivedChange,
    recent_changes::{Page, params},
};
use wikibase_dispatch_fuzz::{local, memory, php, rows};

const MEMORY: usize = 512;
const MOST_PAGES: usize = 3;

fuzz_target!(|input: &[u8]| {
    let changes = Notification::of(rows::of(input)).changes;
    let client =
        ClientFacts { site: local(), content_namespaces: HashSet::from([0]), recent_changes_max_pages: MOST_PAGES };
    let mut update = memory::bounded(input.len(), MEMORY, || ClientUpdate::new(changes.clone(), client));
    let coalesced: Vec<CoalescedChange> = update.changes().cloned().collect();
    nothing_is_left_out(&changes, &coalesced, &update);
    coalesced.iter().for_each(what_is_written_can_be_read);

    let titles: Vec<String> = update.linked_titles().into_iter().map(str::to_owned).collect();
    for (title, page) in titles.iter().zip(1..) {
        update.add_linked(title, page);
    }
    let ids = update.page_ids(None, usize::MAX);
    assert_eq!(ids.len(), titles.len(), "each title is a page that is affected");
    update.add_pages(ids.iter().map(|id| Page { id: *id, namespace: 0, db_key: String::new() }).collect());
    let mut told = 0;
    loop {
        let portion = update.tell(2);
        if portion.is_empty() {
            break;
        }
        told += portion.iter().map(|change| change.pages.len()).sum::<usize>();
    }
    assert!(told <= coalesced.len() * MOST_PAGES);
});

fn nothing_is_left_out(changes: &[ReceivedChange], coalesced: &[CoalescedChange], update: &ClientUpdate) {
    let mut ids: Vec<_> = coalesced.iter().flat_map(|change| change.ids.clone()).collect();
    ids.sort_unstable();
    assert_eq!(ids, changes.iter().map(|change| change.id).collect::<Vec<_>>(), "each change is in one run");
    let lookup = update.usage_lookup();
    let titles = update.linked_titles();
    for change in changes {
        let diff = change.info.diff.as_ref();
        for aspect in aspect::touched_by(diff, &local()) {
            assert!(lookup[change.entity.as_str()].contains(aspect.as_str()), "{aspect} of {}", change.entity);
        }
        let link = diff.and_then(|diff| diff.site_links.get(local().as_str())).filter(|link| !link.is_badges_only());
        for title in link.into_iter().flat_map(|link| [&link.old, &link.new]).flatten() {
            assert!(titles.contains(title.as_str()), "{title}");
        }
    }
}

fn what_is_written_can_be_read(change: &CoalescedChange) {
    let info = change_info::encode(change.diff.as_ref(), &change.metadata.fields, &change.ids);
    let info = change_info::decode(info.as_bytes()).expect("Wikibase's own handlers are given this");
    assert_eq!(info.diff, change.diff);
    assert_eq!((info.metadata.user_text, info.metadata.bot), (change.metadata.user_text.clone(), change.metadata.bot));

    let row = php::unserialize(&params(change));
    let row = row["wikibase-repo-change"].as_object().expect("it has fields");
    let named: BTreeSet<&str> = change.metadata.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert!(named.iter().all(|name| row.contains_key(*name)), "a field is missing");
    // Where both have a field, that of the metadata counts, as in Wikibase.
    if !named.contains("object_id") {
        assert_eq!(row["object_id"].as_str(), Some(change.entity.as_str()));
    }
}
