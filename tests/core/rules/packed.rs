//! Notifications in version 2 of our own format: small, byte for byte what was packed, and bad in plain words where somebody has been at
//! them.

use std::{process::Command, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use wikibase_dispatch::{
    domain::{
        change::{Change, ChangeId},
        notification::{self, Notification, Phrasebook, Prepared, Version},
        receipts::{Range, Stream},
        site::SiteId,
    },
    error::ErrorKind,
};

fn encode(version: Version, changes: &[Change]) -> String {
    let mut book = Phrasebook::default();
    let prepare = |change: &Change| Arc::new(Prepared::among(change.clone(), false, &mut book));
    let changes: Vec<_> = changes.iter().map(prepare).collect();
    String::from_utf8(notification::encode(version, &SiteId::parse("repowiki").unwrap(), &changes, None)).unwrap()
}

fn pack(changes: &[Change]) -> String {
    encode(Version::Packed, changes)
}

fn unpack(document: &str) -> Notification {
    notification::decode(document.as_bytes()).unwrap()
}

/// The same changes without a detour.
fn plain(changes: &[Change]) -> Notification {
    notification::decode(encode(Version::Plain, changes).as_bytes()).unwrap()
}

fn change(id: u64, info: &[u8]) -> Change {
    Change {
        id: ChangeId(id),
        kind: "wikibase-item~update".into(),
        time: "20260131235959".into(),
        entity: format!("Q{id}"),
        revision: 645_091_312 + id,
        user: 5,
        info: info.to_vec(),
    }
}

/// The change buffer of one of the folders of real data.
fn real_changes(folder: &str) -> Vec<Change> {
    let file = format!("{}/tests/data/{folder}/wb_changes.tsv.gz", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("gzip").args(["-dc", &file]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let unescaped =
        |field: &str| field.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace('\0', "\\");
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<String> = line.split('\t').map(unescaped).collect();
            Change {
                id: ChangeId(fields[0].parse().unwrap()),
                kind: fields[1].clone(),
                time: fields[2].clone(),
                entity: fields[3].clone(),
                revision: fields[4].parse().unwrap(),
                user: fields[5].parse().unwrap(),
                info: fields[6].clone().into_bytes(),
            }
        })
        .collect()
}

#[test]
fn real_changes_are_unpacked_as_they_were_and_take_less_than_a_quarter_of_the_bytes() {
    for folder in ["wikibase-1.43", "wikibase-1.45"] {
        let changes = real_changes(folder);
        let (mut packed_bytes, mut plain_bytes) = (0, 0);
        for run in changes.chunks(200).step_by(8) {
            let (packed, plain) = (pack(run), encode(Version::Plain, run));
            (packed_bytes, plain_bytes) = (packed_bytes + packed.len(), plain_bytes + plain.len());
            assert_eq!(unpack(&packed), notification::decode(plain.as_bytes()).unwrap());
            for (received, sent) in unpack(&packed).changes.iter().zip(run) {
                assert_eq!(received.text.as_bytes(), sent.info, "byte for byte");
            }
        }
        assert!(packed_bytes * 4 < plain_bytes, "{folder}: {packed_bytes} bytes instead of {plain_bytes}");
    }
}

/// Whatever stands in the columns.
fn any_change(chance: &mut fastrand::Rng, id: u64) -> Change {
    const WORDS: [&str; 24] = [
        "{",
        "}",
        "\"",
        "\\",
        ":",
        ",",
        "[",
        "]",
        ":\"",
        "\",\"",
        "compactDiff",
        "\\\"",
        "\u{1}",
        "\u{4}",
        "\0",
        "é",
        "0",
        "7",
        "42",
        "00",
        "645091312",
        "645091313",
        "18446744073709551616",
        "99999999999999999999999999",
    ];
    let mut text =
        |most: usize| (0..chance.usize(..=most)).map(|_| WORDS[chance.usize(..WORDS.len())]).collect::<String>();
    let (kind, time, entity, info) = (text(2), text(2), text(3), text(40));
    // Most are JSON, as most are.
    let info = match chance.u8(..8) {
        0 => info.into_bytes(),
        1 => chance.bool().then_some(0xff).into_iter().collect(),
        2 => serde_json::json!({ "a": info, "b": { "n": chance.u64(..), "c": info } }).to_string().into_bytes(),
        _ => serde_json::to_vec(&info).unwrap(),
    };
    let number = |chance: &mut fastrand::Rng| if chance.bool() { chance.u64(..) } else { chance.u64(..100) };
    Change { id: ChangeId(id), kind, time, entity, revision: number(chance), user: number(chance), info }
}

#[test]
fn any_changes_are_unpacked_as_they_were() {
    let mut chance = fastrand::Rng::with_seed(19);
    for _ in 0..2_000 {
        let mut id = chance.u64(..=1 << 40);
        let changes: Vec<Change> = (0..chance.usize(..6))
            .map(|_| {
                id += chance.u64(1..1000);
                any_change(&mut chance, id)
            })
            .collect();
        let packed = pack(&changes);
        assert_eq!(unpack(&packed), plain(&changes), "{changes:?}");
        assert_eq!(packed, pack(&changes), "a repeat carries the same bytes");
    }
}

#[test]
fn what_changes_were_read_together_with_makes_no_difference() {
    let changes = real_changes("wikibase-1.43");
    let alone: Vec<_> = changes[..50].iter().map(|change| Arc::new(Prepared::new(change.clone(), true))).collect();
    let repo = SiteId::parse("repowiki").unwrap();
    let of_many_books = notification::encode(Version::Packed, &repo, &alone, None);
    assert_eq!(String::from_utf8(of_many_books).unwrap(), pack(&changes[..50]));
}

#[test]
fn what_a_receipt_is_to_cover_stands_in_the_head() {
    let covers = Range::new(Stream(5), ChangeId(1), ChangeId(9)).unwrap();
    let document = notification::encode(Version::Packed, &SiteId::parse("repowiki").unwrap(), &[], Some((covers, 1)));
    let notification = notification::decode(&document).unwrap();
    assert_eq!((notification.covers, notification.changes.len()), (Some(covers), 0));
}

/// Why a document is bad.
fn why_bad(document: &str) -> String {
    let error = notification::decode(document.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidNotification);
    assert!(!error.is_retryable(), "no retry mends it");
    error.to_string()
}

fn body(document: &str) -> Vec<u8> {
    let packed = document.split("\"packed\":\"").nth(1).unwrap().trim_end_matches("\"}");
    URL_SAFE_NO_PAD.decode(packed).unwrap()
}

/// A document of this body, with the checksum that it is to have.
fn document(size: u64, body: &[u8]) -> String {
    let sum = crc32fast::hash(&body[4..]).to_le_bytes();
    let packed = URL_SAFE_NO_PAD.encode([&sum, &body[4..]].concat());
    format!("{{\"v\":2,\"repo\":\"repowiki\",\"size\":{size},\"packed\":\"{packed}\"}}")
}

#[test]
fn what_is_cut_off_or_flipped_is_a_bad_notification() {
    let changes = [change(7, b"{\"a\":\"b\",\"c\":\"12345\"}"), change(9, b"{\"a\":\"b\",\"c\":\"12345\"}")];
    let whole = pack(&changes);
    for end in 0..whole.len() {
        why_bad(&whole[..end]);
    }
    let size = whole.split("\"size\":").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    let bytes = body(&whole);
    assert_eq!(unpack(&document(size, &bytes)), unpack(&whole));
    for end in 4..bytes.len() {
        why_bad(&document(size, &bytes[..end]));
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            let packed = URL_SAFE_NO_PAD.encode(&flipped);
            let reason = why_bad(&format!("{{\"v\":2,\"size\":{size},\"packed\":\"{packed}\"}}"));
            assert!(reason.ends_with("what is packed has another checksum"), "{reason}");
            // With the checksum made anew it may be another notification, and never more than was declared.
            if let Ok(notification) = notification::decode(document(size, &flipped).as_bytes()) {
                let bytes: usize = notification.changes.iter().map(|change| change.text.len()).sum();
                assert!(bytes as u64 <= size);
            }
        }
    }
}

#[test]
fn a_bomb_is_a_bad_notification() {
    let large = serde_json::to_vec(&"x".repeat(1 << 20)).unwrap();
    let whole = pack(&[change(7, &large)]);
    assert!(whole.len() < 10_000, "{} bytes", whole.len());
    let bytes = body(&whole);
    assert_eq!(unpack(&whole).bad.len(), 1, "it is no object, and there");
    for size in [0, 600, 1 << 20, (1 << 20) + 560, 16 << 20] {
        why_bad(&document(size, &bytes));
    }
    for size in [(16 << 20) + 1, u64::MAX] {
        assert!(why_bad(&document(size, &bytes)).ends_with("it unpacks to too many bytes"));
    }
}

#[test]
fn what_would_unpack_to_too_much_goes_as_it_is() {
    let large = serde_json::to_vec(&serde_json::json!({ "a": "x".repeat(2 << 20) })).unwrap();
    let changes: Vec<Change> = (1..=9).map(|id| change(id, &large)).collect();
    let document = pack(&changes);
    assert!(document.starts_with("{\"v\":1,"));
    assert_eq!(unpack(&document).changes.len(), 9);
}

#[test]
fn what_is_no_packed_notification_says_why() {
    for (document, reason) in [
        (r#"{"v":2}"#, "missing field"),
        (r#"{"v":2,"size":1}"#, "missing field"),
        (r#"{"v":2,"size":-1,"packed":""}"#, "expected u64"),
        (r#"{"v":2,"size":"1","packed":""}"#, "expected u64"),
        (r#"{"v":2,"size":1,"packed":[]}"#, "expected"),
        (r#"{"v":2,"size":1,"packed":"+/+/"}"#, "what is packed is not base64"),
        (r#"{"v":2,"size":1,"packed":"AAA"}"#, "ends too early"),
        (r#"{"v":2,"size":0,"packed":"AAAAAAA"}"#, "another checksum"),
        (r#"{"v":2,"size":0,"packed":"AAAAAA","covers":{"stream":1,"after":9,"upto":8}}"#, "it covers nothing"),
    ] {
        let error = why_bad(document);
        assert!(error.contains(reason), "{document}: {error}");
    }
}

#[test]
fn javascript_may_have_put_the_head_into_another_order_and_escaped_it() {
    let whole = pack(&[change(7, b"{}")]);
    let mut head: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&whole).unwrap();
    let packed = head.remove("packed").unwrap();
    let size = head.remove("size").unwrap();
    let other = format!("{{ \"size\" : {size}, \"\\u0070acked\": {packed}, \"new\": {{}}, \"v\": 2 }}");
    assert_eq!(unpack(&other), unpack(&whole));
}

const VERSION_1: &str = include_str!("../../data/notifications/version-1.jsonl");
const VERSION_2: &str = include_str!("../../data/notifications/version-2.jsonl");

#[test]
fn notifications_that_earlier_modules_wrote_are_read() {
    let counts = |notification: Notification| {
        (notification.changes.len(), notification.bad.len(), notification.covers.is_some())
    };
    assert_eq!(VERSION_1.lines().map(unpack).map(counts).collect::<Vec<_>>(), [(3, 0, false), (2, 1, true)]);
    let plain = unpack(VERSION_1.lines().next().unwrap());
    assert_eq!(unpack(VERSION_2.trim_end()), plain);
    let changes: Vec<Change> = plain
        .changes
        .into_iter()
        .map(|change| Change {
            id: change.id,
            kind: change.kind,
            time: change.time,
            entity: change.entity,
            revision: change.revision,
            user: change.user,
            info: change.text.into_bytes(),
        })
        .collect();
    assert_eq!(pack(&changes), VERSION_2.trim_end(), "with another dictionary, it would be another version");
}
