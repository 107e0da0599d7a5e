//! What is packed in a notification, with the checksum that it is to have: else no other input would get past that. The first three
//! bytes say what it is to unpack to.

#![no_main]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use wikibase_dispatch::{domain::notification, error::ErrorKind};
use wikibase_dispatch_fuzz::{LONGEST_MESSAGE, memory};

const MEMORY: usize = 256;

fuzz_target!(|input: &[u8]| {
    let Some(([a, b, c], body)) = input.split_first_chunk() else { return };
    let size = u32::from_le_bytes([*a, *b, *c, 0]) as usize;
    let packed = URL_SAFE_NO_PAD.encode([&crc32fast::hash(body).to_le_bytes(), body].concat());
    let document = format!("{{\"v\":2,\"size\":{size},\"packed\":\"{packed}\"}}");
    match memory::bounded(document.len() + size, MEMORY, || notification::decode(document.as_bytes())) {
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidNotification, "{error:?}");
            assert!(error.to_string().len() <= LONGEST_MESSAGE);
        }
        Ok(notification) => {
            let texts: usize = notification.changes.iter().map(|change| change.text.len() + change.entity.len()).sum();
            assert!(texts <= size, "{texts} bytes instead of {size}");
            assert!(notification.changes.is_sorted_by_key(|change| change.id));
        }
    }
});
