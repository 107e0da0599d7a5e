//! Rows of the change buffer on their way to a client: written as a notification and read from it, they are what they were.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use wikibase_dispatch::domain::{
    change::{Change, ChangeId},
    notification::{self, Notification, Prepared, Version},
    received_change::ReceivedChange,
};
use wikibase_dispatch_fuzz::{local, memory, rows};

const MEMORY: usize = 256;
/// What stands around a `change_info`: names and numbers, and of what is no JSON the beginning, each byte escaped.
const HEAD: usize = 8000;

fuzz_target!(|input: &[u8]| {
    let changes = rows::of(input);
    [Version::Plain, Version::Packed].into_iter().for_each(|version| travel(version, input, &changes));
});

fn travel(version: Version, input: &[u8], changes: &[Change]) {
    let document = memory::bounded(input.len() + HEAD * changes.len(), MEMORY, || {
        let prepared = changes.iter().cloned().map(|change| Arc::new(Prepared::new(change, false)));
        notification::encode(version, &local(), &prepared.collect::<Vec<_>>(), None)
    });
    assert!(std::str::from_utf8(&document).is_ok(), "a queue that carries JSON could not carry it");
    // A text can become six times as long by escaping.
    assert!(document.len() <= 7 * input.len() + HEAD * (changes.len() + 1), "{} bytes", document.len());

    let received = notification::decode(&document).expect("what was written can be read");
    let direct = Notification::of(changes.to_vec());
    let bad = |notification: &Notification| notification.bad.iter().map(|bad| bad.id).collect::<Vec<_>>();
    // What is no JSON does not travel whole, so it is not known any more why.
    let read = |mut changes: Vec<ReceivedChange>| {
        changes.iter_mut().for_each(|change| change.info.trouble = change.info.trouble.take().map(|_| String::new()));
        changes
    };
    let direct_changes = read(direct.changes.clone());
    assert_eq!(read(received.changes.clone()), direct_changes, "in Wikibase's format the rows come without a detour");
    assert_eq!(bad(&received), bad(&direct));
    let mut ids = bad(&received);
    ids.extend(received.changes.iter().map(|change| change.id));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids, changes.iter().map(|change| change.id).collect::<Vec<ChangeId>>());
}
