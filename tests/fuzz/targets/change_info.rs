//! `change_info`, as it stands in the change buffer: read whole, or for its site links alone, and written again.

#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wikibase_dispatch::domain::{
    change::ChangeId,
    change_info::{self, ChangeInfo},
    compact_diff::CompactDiff,
};
use wikibase_dispatch_fuzz::{LONGEST_MESSAGE, memory};

/// The dearest there is, for its length: an object in an object in an object, each with a tree's node of its own.
const MEMORY: usize = 256;

fuzz_target!(|info: &[u8]| {
    let glance = memory::bounded(info.len(), MEMORY, || change_info::glance(info));
    if let Err(reason) = &glance {
        assert!(reason.len() <= LONGEST_MESSAGE, "{} bytes of reason", reason.len());
    }
    let Ok(text) = std::str::from_utf8(info) else {
        return;
    };
    let decoded = memory::bounded(info.len(), MEMORY, || ChangeInfo::read(text));
    assert!(decoded.unknown().iter().all(|name| name.len() <= LONGEST_MESSAGE));
    match glance {
        // A client without a subscription gets a change by this alone (G1).
        Ok(glance) => {
            // The status says nothing that clients do not say (G17).
            assert!(glance.unknown.is_empty() || !decoded.unknown().is_empty());
            let linked = decoded.diff.iter().flat_map(|diff| diff.site_links.keys().cloned());
            let (linked, sites) = (linked.collect::<BTreeSet<_>>(), glance.sites.into_iter().collect());
            assert!(linked == sites || linked.is_subset(&sites) && !decoded.unknown().is_empty());
        }
        // Where it is not known whose links have changed, anything may have (G17).
        Err(_) => assert!(!decoded.unknown().is_empty()),
    }
    if decoded.unknown().is_empty() {
        writing_it_again_loses_nothing(&decoded);
    }
});

fn writing_it_again_loses_nothing(info: &ChangeInfo) {
    let text = change_info::encode(info, &[ChangeId(1), ChangeId(2)]);
    let again = ChangeInfo::read(&text);
    let diff = |info: &ChangeInfo| info.diff.clone().map(|diff| CompactDiff::of_run([diff]));
    assert_eq!(diff(&again), diff(info));
    // What cannot be read is written as what stands for nothing.
    let known = |info: &ChangeInfo| {
        let metadata = info.metadata.clone();
        let numbers = [metadata.page_id, metadata.rev_id, metadata.parent_id, metadata.central_user_id];
        let texts = [metadata.comment, metadata.user_text];
        (numbers.map(Option::unwrap_or_default), texts.map(Option::unwrap_or_default), metadata.bot.unwrap_or_default())
    };
    assert_eq!(known(&again), known(info));
    assert_eq!(fields(&again.metadata.fields), fields(&info.metadata.fields));
    let kept = |others: &[(String, Value)]| {
        let mut kept =
            fields(others).into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>();
        kept.remove("change-ids");
        kept
    };
    assert_eq!(kept(&again.others), kept(&info.others));
}

/// By name. A fraction is left out: reading it takes the nearest but one at times.
fn fields(fields: &[(String, Value)]) -> BTreeMap<&str, String> {
    let named = fields.iter().map(|(name, value)| (name.as_str(), without_fractions(value).to_string()));
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
