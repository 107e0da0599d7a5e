//! A notification's `changes` parameter, as a client finds it in its queue, from any sender.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wikibase_dispatch::{domain::notification, error::ErrorKind};
use wikibase_dispatch_fuzz::{LONGEST_MESSAGE, memory};

const MEMORY: usize = 256;

fuzz_target!(|document: &[u8]| {
    match memory::bounded(document.len(), MEMORY, || notification::decode(document)) {
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
            if let Ok(Value::Object(document)) = serde_json::from_slice(document) {
                let changes = document["changes"].as_array().expect("changes are a list");
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
