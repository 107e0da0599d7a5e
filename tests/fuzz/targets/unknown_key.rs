//! Changes on a client, and the same with a key that nobody knows in one of them: more pages are updated, or as many (G17).
//!
//! The first line of the input says in which change the key is, and where; changes follow.

#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use wikibase_dispatch::domain::{
    affected_pages::PageId, change::Change, client_update::ClientUpdate, notification::Notification,
    recent_changes::Page,
};
use wikibase_dispatch_fuzz::{client, rows};

const KEY: &str = "lemmaChanges";
/// Beside those that the changes touch.
const ASPECTS: [&str; 12] = ["A.de", "C", "C.P2", "CQR.P1", "D.de", "L", "L.de", "O", "S", "T", "X", "Z.en"];

fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let choice = lines.next().unwrap_or_default();
    let choose = |at: usize| usize::from(choice.get(at).copied().unwrap_or_default());
    let mut changes = rows::of(lines.next().unwrap_or_default());
    // Both are written by the same writer, so that they differ in the key alone.
    for change in &mut changes {
        if let Ok(info) = serde_json::from_slice::<Value>(&change.info) {
            change.info = info.to_string().into_bytes();
        }
    }
    let mut with_key = changes.clone();
    let which = choose(0) % changes.len();
    let is_diff = add_key(&mut with_key[which], choose(1), choose(2));

    let wiki = wiki(&changes);
    let entity = changes[which].entity.clone();
    let [without, with] = [changes, with_key].map(|changes| updated(changes, &wiki));
    assert!(without.is_subset(&with), "{without:?} without the key, {with:?} with it");
    if is_diff && !entity.is_empty() {
        let all = wiki[entity.as_str()].values();
        assert!(all.into_iter().all(|page| with.contains(page)), "anything of {entity} may have changed");
    }
});

/// Whether it is in the diff, and says something.
fn add_key(change: &mut Change, place: usize, value: usize) -> bool {
    let Ok(Value::Object(mut info)) = serde_json::from_slice(&change.info) else {
        return false;
    };
    let values = [json!(1), json!(["en"]), json!({ "en": "x" }), json!("x"), json!([]), json!(null)];
    let value = values[value % values.len()].clone();
    let is_empty = matches!(&value, Value::Array(items) if items.is_empty()) || value.is_null();
    let diff = info.get("compactDiff").and_then(Value::as_str).and_then(|diff| serde_json::from_str(diff).ok());
    let mut is_diff = false;
    match (place % 3, diff) {
        (0, Some(Value::Object(mut diff))) => {
            diff.insert(KEY.to_owned(), value);
            info.insert("compactDiff".to_owned(), Value::Object(diff).to_string().into());
            is_diff = !is_empty;
        }
        (1, _) => {
            if let Some(metadata) = info.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.insert(KEY.to_owned(), value);
            }
        }
        _ => {
            info.insert(KEY.to_owned(), value);
        }
    }
    change.info = Value::Object(info).to_string().into_bytes();
    is_diff
}

/// Each aspect of each entity is used on a page of its own.
fn wiki(changes: &[Change]) -> BTreeMap<String, BTreeMap<String, PageId>> {
    let mut wiki: BTreeMap<String, BTreeMap<String, PageId>> = BTreeMap::new();
    let update = ClientUpdate::new(Notification::of(changes.to_vec()).changes, client(1));
    let touched = update.changes().flat_map(|change| change.touched.aspects().map(|aspect| (&change.entity, aspect)));
    let others = changes.iter().flat_map(|change| ASPECTS.iter().map(|aspect| (&change.entity, *aspect)));
    for ((entity, aspect), page) in touched.chain(others).zip(1..) {
        wiki.entry(entity.clone()).or_default().entry(aspect.to_owned()).or_insert(page);
    }
    wiki
}

fn updated(changes: Vec<Change>, wiki: &BTreeMap<String, BTreeMap<String, PageId>>) -> BTreeSet<PageId> {
    let mut update = ClientUpdate::new(Notification::of(changes).changes, client(1));
    let used = wiki.iter().map(|(entity, aspects)| (entity.as_str(), aspects.keys().map(String::as_str).collect()));
    for (entity, aspects) in update.usage_lookup(used) {
        for aspect in aspects {
            update.add_usages(entity, aspect, [wiki[entity][aspect]]);
        }
    }
    let ids = update.page_ids(None, usize::MAX);
    update.add_pages(ids.iter().map(|id| Page { id: *id, namespace: 0, db_key: String::new(), state: None }).collect());
    ids.into_iter().collect()
}
