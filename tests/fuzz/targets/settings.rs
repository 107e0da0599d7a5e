//! Settings, as a farm's configuration gives them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;
use wikibase_dispatch::{
    domain::{
        lock_name::LockName,
        settings::Settings,
        site::{DatabaseDomain, SiteId},
        value::Value,
    },
    error::ErrorKind,
};
use wikibase_dispatch_fuzz::{LONGEST_MESSAGE, memory};

const MEMORY: usize = 256;

fuzz_target!(|text: &[u8]| {
    let Ok(Json::Object(values)) = serde_json::from_slice(text) else {
        return;
    };
    let values: Vec<_> = values.into_iter().map(|(name, value)| (name, of_json(value))).collect();
    match memory::bounded(text.len(), MEMORY, || Settings::from_values(values)) {
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidSetting);
            assert!(error.to_string().len() <= LONGEST_MESSAGE, "{} bytes of message", error.to_string().len());
        }
        Ok(settings) => what_is_accepted_makes_sense(&settings),
    }
});

fn what_is_accepted_makes_sense(settings: &Settings) {
    let values = settings.to_values().into_iter().map(|(name, value)| (name.to_owned(), value));
    assert_eq!(&Settings::from_values(values).expect("what was accepted once is accepted again"), settings);
    for client in settings.clients() {
        assert_eq!(settings.client(client.site.as_str()), Some(client));
        assert!((1..=SiteId::MAX_BYTES).contains(&client.site.as_str().len()));
        assert!((1..=DatabaseDomain::MAX_BYTES).contains(&client.domain.as_str().len()));
        assert!(client.domain.as_str().starts_with(client.domain.in_state()));
        assert!(!LockName::new(&settings.repo, &client.site).as_str().contains([' ', '\0', '\n']));
    }
    assert!(settings.chunk_size() > 0 && settings.pass_reach() >= settings.chunk_size() as u64);
}

fn of_json(value: Json) -> Value {
    match value {
        Json::Number(number) => number.as_i64().map_or(Value::Other("a float"), Value::Integer),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => Value::List(items.into_iter().map(of_json).collect()),
        Json::Object(entries) => Value::Map(entries.into_iter().map(|(key, value)| (key, of_json(value))).collect()),
        Json::Null => Value::Other("null"),
        Json::Bool(_) => Value::Other("a truth"),
    }
}
