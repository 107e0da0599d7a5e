//! Input that is large and made to hurt: the work it takes grows with its length, not with the square of it. A notification is a
//! megabyte by default and may be sixteen; the inputs are larger than that, and the limit is far from what any machine needs, while the
//! square would take hours. What bin/fuzz finds at random is smaller than this.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use wikibase_dispatch::domain::{
    change::{Change, ChangeId},
    change_info::{self, ChangeInfo},
    coalesce::{Viewpoint, coalesce},
    notification::Notification,
    recent_changes,
    site::SiteId,
};

const LIMIT: Duration = Duration::from_secs(60);
/// So many texts of seven bytes.
const MANY: usize = 500_000;
/// So many names, each of which is looked for among the others.
const FIELDS: usize = 100_000;

fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let answer = work();
    assert!(begun.elapsed() < LIMIT, "it took {:?}", begun.elapsed());
    answer
}

fn change(id: u64, info: &serde_json::Value) -> Change {
    Change {
        id: ChangeId(id),
        kind: "wikibase-item~update".into(),
        time: "20260131235959".into(),
        entity: "Q1".into(),
        revision: 8,
        user: 5,
        info: info.to_string().into_bytes(),
    }
}

fn client() -> Viewpoint {
    Viewpoint { site: SiteId::parse("enwiki").unwrap(), tracks_qualifiers: true }
}

/// `"10000","10001"…`: each of them another one.
fn texts(first: usize, count: usize) -> String {
    let mut list = String::new();
    for number in first..first + count {
        write!(list, "{}\"{number:06}\"", if list.is_empty() { "" } else { "," }).unwrap();
    }
    list
}

#[test]
fn two_changes_of_half_a_million_languages_are_merged() {
    let changes = [0, MANY / 2].map(|first| {
        let diff = format!(r#"{{"labelChanges":[{}]}}"#, texts(first, MANY));
        change(first as u64 + 1, &serde_json::json!({ "compactDiff": diff }))
    });
    let merged = in_time(|| coalesce(Notification::of(changes).changes, &client()));
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].info.diff.as_ref().unwrap().labels.len(), MANY + MANY / 2);
}

#[test]
fn two_changes_with_very_many_fields_that_nobody_knows_are_merged() {
    let changes = [0, FIELDS / 2].map(|first| {
        let fields: serde_json::Map<_, _> =
            (first..first + FIELDS).map(|number| (format!("{number:06}"), 0.into())).collect();
        let mut info = serde_json::json!({ "metadata": fields.clone() });
        info.as_object_mut().unwrap().extend(fields);
        info["compactDiff"] = "{}".into();
        change(first as u64 + 1, &info)
    });
    let merged = in_time(|| coalesce(Notification::of(changes).changes, &client()));
    assert_eq!((merged.len(), merged[0].info.others.len()), (1, FIELDS + FIELDS / 2));
    assert!(in_time(|| merged[0].info_text()).len() > 2 * FIELDS);
}

#[test]
fn a_diff_with_very_many_keys_is_read() {
    let diff: serde_json::Map<_, _> = (0..FIELDS).map(|number| (format!("{number:06}"), 1.into())).collect();
    let info = serde_json::json!({ "compactDiff": serde_json::Value::from(diff).to_string() });
    assert!(!in_time(|| ChangeInfo::read(&info.to_string())).unknown().is_empty());
}

#[test]
fn very_many_changes_of_one_page_are_merged() {
    let info = |id: u64| {
        let diff = format!(r#"{{"statementChanges":["P{id}"],"siteLinkChanges":{{"enwiki":["{id}","{id}",false]}}}}"#);
        serde_json::json!({ "compactDiff": diff })
    };
    let changes: Vec<Change> = (1..=100_000).map(|id| change(id, &info(id))).collect();
    let merged = in_time(|| coalesce(Notification::of(changes).changes, &client()));
    assert_eq!((merged.len(), merged[0].titles.len()), (1, 100_000));
}

#[test]
fn a_change_with_half_a_million_fields_is_told() {
    let fields: serde_json::Map<_, _> = (0..MANY).map(|number| (format!("{number:06}"), 0.into())).collect();
    let changes = Notification::of([change(1, &serde_json::json!({ "metadata": fields }))]).changes;
    let merged = in_time(|| coalesce(changes, &client()));
    let row = in_time(|| recent_changes::params(&merged[0]));
    assert!(row.contains(r#"s:6:"499999";i:0;"#));
}

#[test]
fn very_deep_nesting_crashes_nothing() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    for info in [format!(r#"{{"metadata":{{"a":{deep}}}}}"#), deep.clone(), format!(r#"{{"a":{deep}}}"#)] {
        // Read, or refused: the process lives.
        let _ = in_time(|| (ChangeInfo::read(&info), change_info::glance(info.as_bytes())));
    }
    let diff = serde_json::json!({ "compactDiff": format!(r#"{{"siteLinkChanges":{{"enwiki":{deep}}}}}"#) });
    assert_eq!(in_time(|| ChangeInfo::read(&diff.to_string())).unknown(), ["compactDiff.siteLinkChanges"]);
}
