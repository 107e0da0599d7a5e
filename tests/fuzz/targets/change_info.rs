//! `change_info`, as it stands in the change buffer: read whole, or for its site links alone, and written again.

#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wikibase_dispatch::domain::{
    change::ChangeId,
    change_info::{self, ChangeInfo},
};
use wikibase_dispatch_fuzz::{LONGEST_MESSAGE, memory};

/// The dearest there is, for its length: an object in an object in an object, each with a tree's node of its own.
const MEMORY: usize = 256;

fuzz_target!(|info: &[u8]| {
    let decoded = memory::bounded(info.len(), MEMORY, || change_info::decode(info));
    let sites = memory::bounded(info.len(), MEMORY, || change_info::changed_sites(info));
    match decoded {
        Err(reason) => assert!(reason.len() <= LONGEST_MESSAGE, "{} bytes of reason", reason.len()),
        Ok(decoded) => {
            // Who is subscribed to nothing hears of a change by this alone (G1).
            let linked = decoded.diff.iter().flat_map(|diff| diff.site_links.keys().cloned());
            let sites = sites.expect("what can be read whole can be read in part");
            assert_eq!(sites.into_iter().collect::<BTreeSet<_>>(), linked.collect());
            writing_it_again_loses_nothing(&decoded);
        }
    }
});

fn writing_it_again_loses_nothing(info: &ChangeInfo) {
    let text = change_info::encode(info.diff.as_ref(), &info.metadata.fields, &[ChangeId(1), ChangeId(2)]);
    let again = change_info::decode(text.as_bytes()).expect("what was written can be read");
    assert_eq!(again.diff, info.diff);
    let known = |info: &ChangeInfo| ChangeInfo {
        metadata: change_info::Metadata { fields: Vec::new(), ..info.metadata.clone() },
        diff: None,
    };
    assert_eq!(known(&again), known(info));
    assert_eq!(fields(&again), fields(info));
}

/// By name. A fraction is left out: reading it takes the nearest but one at times.
fn fields(info: &ChangeInfo) -> BTreeMap<&str, String> {
    let named = info.metadata.fields.iter().map(|(name, value)| (name.as_str(), without_fractions(value).to_string()));
    named.collect()
}

fn without_fractions(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => Value::Null,
        Value::Array(items) => items.iter().map(without_fractions).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), without_fractions(value))).collect(),
        other => other.clone(),
    }
}
