//! Instances of `change_info` in which one thing is not as it should be (G17): what is optional falls back by itself and keeps
//! nothing else from being read; what cannot be read of the diff may have changed anything, and never means that nothing did.

use serde_json::{Value, json};
use wikibase_dispatch::domain::{
    aspect::{Touched, base},
    change::{Change, ChangeId},
    notification::{self, Notification, Prepared, Version},
    received_change::ReceivedChange,
    site::SiteId,
};

/// Values that PHP, or a hand, may leave where something else is expected.
fn odd_values() -> Vec<Value> {
    let plain = vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.0),
        json!(1.5),
        json!(u64::MAX),
        json!(9_223_372_036_854_775_808_u64),
        json!(""),
        json!("0"),
        json!("x"),
        json!("é\u{0}"),
        json!([]),
        json!({}),
    ];
    let nested =
        plain.iter().flat_map(|value| [json!([value]), json!({ "0": value, "2": "P5" }), json!({ "a": [value] })]);
    plain.iter().cloned().chain(nested).collect()
}

fn diff() -> Value {
    json!({
        "arrayFormatVersion": 1, "labelChanges": ["en"], "descriptionChanges": ["de"], "statementChanges": ["P31"],
        "siteLinkChanges": { "enwiki": [null, "Berlin", false] }, "otherChanges": true,
    })
}

fn metadata() -> Value {
    json!({
        "page_id": 42, "parent_id": 7, "comment": "/* wbsetlabel-set:1|en */ Berlin", "rev_id": 8, "user_text": "Alice",
        "central_user_id": 5, "bot": 0,
    })
}

fn info(diff: &Value, metadata: &Value) -> String {
    json!({ "compactDiff": diff.to_string(), "metadata": metadata }).to_string()
}

fn with(object: &Value, key: &str, value: &Value) -> Value {
    let mut object = object.clone();
    object[key] = value.clone();
    object
}

fn change(info: &str) -> Change {
    Change {
        id: ChangeId(7),
        kind: "wikibase-item~update".into(),
        time: "20260131235959".into(),
        entity: "Q1".into(),
        revision: 8,
        user: 5,
        info: info.into(),
    }
}

/// The change as it comes in our own format and as a row; each must be there, and with its entity.
fn received(info: &str) -> [ReceivedChange; 2] {
    let prepared = std::sync::Arc::new(Prepared::new(change(info), false));
    let document = notification::encode(Version::Packed, &SiteId::parse("repowiki").unwrap(), &[prepared], None);
    [notification::decode(&document).unwrap(), Notification::of([change(info)])].map(|notification| {
        let [change] = &notification.changes[..] else { panic!("it is lost: {info}") };
        assert_eq!((change.id, change.entity.as_str()), (ChangeId(7), "Q1"), "{info}");
        change.clone()
    })
}

fn touched(change: &ReceivedChange) -> Touched {
    Touched::of(change.info.diff.as_ref(), &SiteId::parse("enwiki").unwrap(), true)
}

const USED: [&str; 9] = ["L.en", "L", "D.de", "C.P31", "CQR.P31", "S", "T", "O", "X"];

#[test]
fn g17_whatever_stands_in_the_metadata_pages_are_updated_for_the_diff_alone() {
    let [whole, _] = received(&info(&diff(), &metadata()));
    let names: Vec<String> = metadata().as_object().unwrap().keys().cloned().chain(["unknown".into()]).collect();
    for value in odd_values() {
        for name in &names {
            let info = info(&diff(), &with(&metadata(), name, &value));
            for change in received(&info) {
                assert_eq!(touched(&change), touched(&whole), "{info}");
                assert_eq!(change.info.trouble, None, "{info}");
                let (read, expected) = (&change.info.metadata, &whole.info.metadata);
                assert!(name == "comment" || read.comment == expected.comment, "{info}");
                assert!(name == "user_text" || read.user_text == expected.user_text, "{info}");
                assert!(name == "rev_id" || read.rev_id == expected.rev_id, "{info}");
            }
        }
        let info = info(&diff(), &value);
        assert!(received(&info).iter().all(|change| touched(change) == touched(&whole)), "{info}");
    }
}

#[test]
fn g17_what_cannot_be_read_of_a_diff_may_have_changed_anything() {
    let names: Vec<String> = diff().as_object().unwrap().keys().cloned().collect();
    let (mut read, mut unknown) = (0, 0);
    for value in odd_values() {
        for name in &names {
            let info = info(&with(&diff(), name, &value), &metadata());
            for change in received(&info) {
                let touched = touched(&change);
                unknown += u32::from(touched.is_anything());
                read += u32::from(!touched.is_anything());
                // All but what stood where the odd value is now.
                let others = USED.iter().filter(|used| !touches(name).contains(used));
                assert!(others.into_iter().all(|used| touched.affects(used)), "{info}");
                let is_nothing =
                    ["null", "false", "0", "\"\"", "\"0\"", "[]", "{}"].contains(&value.to_string().as_str());
                // It was read as something else: another language, say.
                let is_of = |aspect: &str| touches(name).iter().any(|used| base(used) == base(aspect));
                let is_known = !touched.is_anything() && touched.aspects().any(is_of);
                assert!(touched.is_anything() || is_nothing || is_known || name == "arrayFormatVersion", "{info}");
            }
        }
    }
    assert!(read > 20 && unknown > 200, "{read} {unknown}");
}

/// What only this part of the diff touches.
fn touches(name: &str) -> &'static [&'static str] {
    match name {
        "labelChanges" => &["L.en", "L"],
        "descriptionChanges" => &["D.de"],
        "statementChanges" => &["C.P31", "CQR.P31"],
        "siteLinkChanges" => &["S", "T"],
        "otherChanges" => &["O"],
        _ => &[],
    }
}

#[test]
fn g17_what_is_no_change_info_may_have_changed_anything() {
    let diffs = odd_values().into_iter().filter(|value| !matches!(value, Value::Array(list) if list.is_empty()));
    for value in diffs {
        let no_diff = json!({ "compactDiff": value, "metadata": metadata() }).to_string();
        let is_object = value.is_object();
        for info in [value.to_string(), no_diff].into_iter().skip(usize::from(is_object)) {
            for change in received(&info) {
                assert!(touched(&change).is_anything(), "{info}");
            }
        }
    }
    for info in ["", "no json", "{\"compactDiff\":\"{}\"", "\u{feff}{}"] {
        assert!(received(info).iter().all(|change| touched(change).is_anything()), "{info}");
    }
}

#[test]
fn a_list_of_statements_may_be_an_object_as_php_leaves_it() {
    let info = info(&with(&diff(), "statementChanges", &json!({ "0": "P1", "2": "P5" })), &metadata());
    for change in received(&info) {
        let touched = touched(&change);
        assert!(!touched.is_anything() && touched.affects("C.P1") && touched.affects("C.P5"));
    }
}
