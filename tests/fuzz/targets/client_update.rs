//! Changes on a client: coalesced, looked up, and told in recent changes. Whatever they say, nothing that any of them touches is
//! left out, and what is written for MediaWiki can be read.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use wikibase_dispatch::domain::{
    aspect::Touched,
    change_info::{ChangeInfo, Metadata},
    client_update::ClientUpdate,
    coalesce::CoalescedChange,
    notification::Notification,
    received_change::ReceivedChange,
    recent_changes::{Page, params},
};
use wikibase_dispatch_fuzz::{client, local, memory, php, rows};

const MEMORY: usize = 512;
const MOST_PAGES: usize = 3;

fuzz_target!(|input: &[u8]| {
    let changes = Notification::of(rows::of(input)).changes;
    let mut update = memory::bounded(input.len(), MEMORY, || ClientUpdate::new(changes.clone(), client(MOST_PAGES)));
    let coalesced: Vec<CoalescedChange> = update.changes().cloned().collect();
    nothing_is_left_out(&changes, &coalesced, &mut update);
    coalesced.iter().for_each(what_is_written_can_be_read);

    let titles: Vec<String> = update.linked_titles().into_iter().map(str::to_owned).collect();
    for (title, page) in titles.iter().zip(1..) {
        update.add_linked(title, page);
    }
    let ids = update.page_ids(None, usize::MAX);
    assert_eq!(ids.len(), titles.len(), "each title is a page that is affected");
    update.add_pages(ids.iter().map(|id| Page { id: *id, namespace: 0, db_key: String::new(), state: None }).collect());
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

fn nothing_is_left_out(changes: &[ReceivedChange], coalesced: &[CoalescedChange], update: &mut ClientUpdate) {
    let mut ids: Vec<_> = coalesced.iter().flat_map(|change| change.ids.clone()).collect();
    ids.sort_unstable();
    assert_eq!(ids, changes.iter().map(|change| change.id).collect::<Vec<_>>(), "each change is in one run");
    for change in changes {
        let diff = change.info.diff.as_ref();
        let touched = Touched::of(diff, &local(), true);
        let aspects: Vec<&str> = touched.aspects().collect();
        let lookup = update.usage_lookup([(change.entity.as_str(), aspects.clone())]);
        assert_eq!(lookup[change.entity.as_str()], aspects, "of {}", change.entity);
        let titles = update.linked_titles();
        let link = diff.and_then(|diff| diff.site_links.get(local().as_str())).filter(|link| !link.is_badges_only());
        for title in link.into_iter().flat_map(|link| [&link.old, &link.new]).flatten() {
            assert!(titles.contains(title.as_str()), "{title}");
        }
    }
}

fn what_is_written_can_be_read(change: &CoalescedChange) {
    let metadata = &change.info.metadata;
    let info = ChangeInfo::read(&change.info_text());
    assert_eq!(info.unknown().is_empty(), change.info.unknown().is_empty() || change.text.is_empty());
    // What could not be read is written as nothing: no name, no flag, no revision.
    let known = |metadata: &Metadata| {
        let Metadata { user_text, bot, rev_id, .. } = metadata.clone();
        (user_text.unwrap_or_default(), bot.unwrap_or_default(), rev_id.unwrap_or_default())
    };
    assert_eq!(known(&info.metadata), known(metadata));

    let row = php::unserialize(&params(change));
    let row = row["wikibase-repo-change"].as_object().expect("it has fields");
    let named: BTreeSet<&str> = metadata.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert!(named.iter().all(|name| row.contains_key(*name)), "a field is missing");
    // Where both have a field, that of the metadata counts, as in Wikibase.
    if !named.contains("object_id") {
        assert_eq!(row["object_id"].as_str(), Some(change.entity.as_str()));
    }
}
