//! Kinds of edit: for each, which pages Wikibase updated, by what they use. Ours are the same, or more for a reason that is listed
//! here and in docs/differences.md. `tests/data/kinds-*.tsv` is what Wikibase 1.44, 1.45 and its master of August 2026 did.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Value, json};
use wikibase_dispatch::domain::{
    affected_pages::PageId,
    change::{Change, ChangeId},
    client_update::{ClientFacts, ClientUpdate},
    notification::Notification,
    site::SiteId,
};

/// Each is used by a page of its own.
const ASPECTS: [&str; 21] = [
    "A", "A.de", "A.en", "C", "C.P1", "C.P2", "C.P3", "CQR", "CQR.P1", "CQR.P2", "D", "D.de", "D.en", "L", "L.de",
    "L.en", "L.fr", "O", "S", "T", "X",
];
/// Pages of a site link, that use nothing.
const LINKED: [&str; 2] = ["Linked", "Linked2"];

struct Kind {
    name: String,
    diffs: Vec<(String, Value)>,
    updated: BTreeSet<String>,
}

fn kinds(table: &str) -> Vec<Kind> {
    let kind = |line: &str| {
        let [name, _entity, changes, updated]: [&str; 4] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let none = |text: &&str| *text != "(none)";
        let diffs = changes.split("; ").filter(none).map(|change| {
            let (action, diff) = change.split_once(' ').unwrap();
            (action.to_owned(), serde_json::from_str(diff).unwrap())
        });
        let updated = updated.split(' ').filter(none).map(str::to_owned).collect();
        Kind { name: name.to_owned(), diffs: diffs.collect(), updated }
    };
    let kinds: Vec<Kind> = table.lines().skip(1).map(kind).collect();
    assert_eq!(kinds.len(), 41);
    kinds
}

fn updated(kind: &Kind, tracked: &[&str]) -> BTreeSet<String> {
    let changes = kind.diffs.iter().zip(1..).map(|((action, diff), id)| Change {
        id: ChangeId(id),
        kind: format!("wikibase-item~{action}"),
        time: "20260131120000".into(),
        entity: "Q1".into(),
        revision: id,
        user: 5,
        info: json!({ "compactDiff": diff.to_string(), "metadata": { "user_text": "Alice" } }).to_string().into_bytes(),
    });
    let notification = Notification::of(changes);
    let client = ClientFacts {
        site: SiteId::parse("enwiki").unwrap(),
        aspects: tracked.iter().map(|aspect| (*aspect).to_owned()).collect(),
        content_namespaces: HashSet::from([0]),
        recent_changes_max_pages: 100,
    };
    let mut update = ClientUpdate::new(notification.changes, client);
    assert_eq!((update.unknown_forms().iter().count(), notification.bad.len()), (0, 0), "{}", kind.name);
    let mut pages: BTreeMap<PageId, &str> = BTreeMap::new();
    for aspect in update.usage_lookup([("Q1", ASPECTS.to_vec())]).remove("Q1").unwrap_or_default() {
        let page = PageId::try_from(pages.len()).unwrap();
        update.add_usages("Q1", aspect, [page]);
        pages.insert(page, aspect);
    }
    for title in LINKED {
        let page = PageId::try_from(pages.len()).unwrap();
        update.add_linked(&format!("{title} {}", kind.name), page);
        pages.insert(page, title);
    }
    update.page_ids(None, 100).iter().map(|page| pages[page].to_owned()).collect()
}

/// Why a page is updated that Wikibase leaves as it is.
fn reason(kind: &Kind, page: &str, tracked: &[&str]) -> Option<&'static str> {
    let changed = |key: &str| kind.diffs.iter().any(|(_, diff)| diff.get(key).is_some());
    match page.split('.').next() {
        Some("O") if changed("aliasChanges") => Some("a usage from before 1.45 says O where aliases are used"),
        Some("CQR") if !tracked.contains(&"CQR") => Some("a usage from a later version, which this one does not know"),
        Some("L") if kind.name == "undo" => Some("an edit and its revert in one run: they cancel with Wikibase"),
        _ => None,
    }
}

fn compare(table: &str, tracked: &[&str]) {
    for kind in kinds(table) {
        let ours = updated(&kind, tracked);
        let missed: Vec<_> = kind.updated.difference(&ours).collect();
        assert!(missed.is_empty(), "{}: {missed:?} are not updated", kind.name);
        for page in ours.difference(&kind.updated) {
            assert!(reason(&kind, page, tracked).is_some(), "{}: {page} is updated for no reason", kind.name);
        }
    }
}

#[test]
fn no_kind_of_edit_misses_a_page_that_wikibase_1_44_updates() {
    compare(include_str!("../../data/kinds-1.44.tsv"), &["S", "L", "D", "T", "C", "O", "X"]);
}

#[test]
fn no_kind_of_edit_misses_a_page_that_wikibase_1_45_updates() {
    compare(include_str!("../../data/kinds-1.45.tsv"), &["S", "L", "D", "T", "C", "A", "O", "X"]);
}

#[test]
fn no_kind_of_edit_misses_a_page_that_wikibase_of_august_2026_updates() {
    compare(include_str!("../../data/kinds-2026-08.tsv"), &["S", "L", "D", "T", "C", "A", "CQR", "O", "X"]);
}

/// An old Wikibase knows nothing of usages that a new one has left behind, and a client without any is told the most.
#[test]
fn a_client_without_wikibase_updates_no_less_than_one_with_it() {
    for kind in kinds(include_str!("../../data/kinds-2026-08.tsv")) {
        assert!(updated(&kind, &["CQR"]).is_subset(&updated(&kind, &[])), "{}", kind.name);
    }
}
