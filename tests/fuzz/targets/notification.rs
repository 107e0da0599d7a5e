//! A notification's `changes` parameter, as a client finds it in its queue, whoever put it there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wikibase_dispatch::{domain::notification, error::ErrorKind};
use wikibase_dispatch_fuzz::{LONGEST_MESSAGE, memory};

const MEMORY: usize = 256;
/// Bytes that any may unpack to.
const MOST_UNPACKED: u64 = 16 << 20;

fuzz_target!(|document: &[u8]| {
    let read = serde_json::from_slice(document).ok();
    // What it says that it unpacks to may be taken, as far as any may.
    let declared = read.as_ref().and_then(|document: &Value| document["size"].as_u64()).unwrap_or(0).min(MOST_UNPACKED);
    match memory::bounded(document.len() + declared as usize, MEMORY, || notification::decode(document)) {
        Err(error) => {
            let kinds = [ErrorKind::InvalidNotification, ErrorKind::UnsupportedNotification];
            assert!(kinds.contains(&error.kind()), "{error:?}");
            assert!(error.to_string().len() <= LONGEST_MESSAGE, "{} bytes of message", error.to_string().len());
        }
        Ok(notification) => {
            assert!(notification.changes.is_sorted_by_key(|change| change.id));
            let mut ids: Vec<u64> = notification.changes.iter().map(|change| change.id.0).collect();
            ids.extend(notification.bad.iter().map(|bad| bad.id.0));
            ids.sort_unstable();
            ids.dedup();
            // What it carries is in one of the two, whatever it looks like (G9). Where the document can be read by others.
            if let Some(changes) = read.as_ref().and_then(|document| document["changes"].as_array()) {
                let mut carried: Vec<_> = changes.iter().map(|change| change["id"].as_u64().expect("an id")).collect();
                carried.sort_unstable();
                carried.dedup();
                assert_eq!(ids, carried);
            }
            for bad in notification.bad {
                assert!(bad.reason.len() <= LONGEST_MESSAGE, "{} bytes of reason", bad.reason.len());
            }
        }
    }
});
