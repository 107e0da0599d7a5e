//! What the settings take, and how they say what they do not.

use std::collections::BTreeMap;

use super::*;

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn with(name: &str, value: Value) -> Result<Settings> {
    let mut values = BTreeMap::from([
        (REPO_SITE_ID.to_owned(), text("repowiki")),
        (CLIENT_DATABASES.to_owned(), Value::List(vec![])),
    ]);
    values.insert(name.to_owned(), value);
    Settings::from_values(values)
}

fn message(result: Result<Settings>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSetting);
    error.to_string()
}

#[test]
fn a_list_of_clients_and_a_map_are_both_read() {
    let list = with(CLIENT_DATABASES, Value::List(vec![text("frwiki"), text("dewiki")])).unwrap();
    assert_eq!(list.clients()[0].site.as_str(), "dewiki");
    let map = with(CLIENT_DATABASES, Value::Map(vec![("enwiki".into(), text("en-wb_"))])).unwrap();
    assert_eq!(map.client("enwiki").unwrap().domain.as_str(), "en-wb_");
    assert!(map.client("dewiki").is_none());
}

#[test]
fn of_a_long_value_only_the_beginning_is_named() {
    for long in ["x".repeat(1 << 20), "\u{7f}".repeat(1 << 20)] {
        assert!(message(with(CLIENT_DATABASES, Value::List(vec![text(&long)]))).len() < 400);
        assert!(message(with(&long, Value::Integer(1))).len() < 400);
    }
}

#[test]
fn a_wrong_value_is_named_with_what_is_allowed() {
    assert_eq!(
        message(with("dispatchDefaultBatchSize", Value::Integer(0))),
        "the setting dispatchDefaultBatchSize cannot be 0; allowed: a whole number from 1 to 100000"
    );
    assert_eq!(
        message(with("notificationFormat", text("xml"))),
        "the setting notificationFormat cannot be \"xml\"; allowed: \"native\", \"entity-change\" or \"change-ids\", \
         or a map of clients (and \"default\") to these"
    );
    assert!(message(with("claimTtl", text("300"))).contains("claimTtl cannot be \"300\""));
    assert!(message(with("claimTtl", Value::Other("null"))).contains("claimTtl cannot be null"));
    assert!(message(with(CLIENT_DATABASES, Value::Map(vec![("a\0".into(), text("b"))]))).contains("site ids"));
    assert!(message(with(CLIENT_DATABASES, Value::List(vec![text("a"), text("a")]))).contains("twice"));
}

fn rolled_out(states: &[(&str, &str)]) -> Result<Settings> {
    let names = ["dewiki", "enwiki", "frwiki"].map(text).to_vec();
    let states = states.iter().map(|(site, state)| ((*site).to_owned(), text(state))).collect();
    Settings::from_values([
        (REPO_SITE_ID.to_owned(), text("repowiki")),
        (CLIENT_DATABASES.to_owned(), Value::List(names)),
        (NOTIFICATION_FORMAT.to_owned(), Value::Map(vec![("dewiki".to_owned(), text("change-ids"))])),
        (ROLLOUT.to_owned(), Value::Map(states)),
    ])
}

fn served_by(settings: &Settings) -> Vec<&str> {
    settings.clients().iter().map(|client| client.site.as_str()).collect()
}

#[test]
fn we_serve_clients_that_are_on_or_watched_and_know_the_rest() {
    let settings = rolled_out(&[("dewiki", "off"), ("enwiki", "shadow")]).unwrap();
    assert_eq!(served_by(&settings), ["enwiki", "frwiki"]);
    assert_eq!(settings.rollout().of("frwiki"), RolloutState::On, "a client that is not named is ours");
    assert_eq!(settings.client("dewiki"), None);
    assert_eq!(settings.rollout().clients().count(), 3);
    assert_eq!(served_by(&with(CLIENT_DATABASES, Value::List(vec![text("enwiki")])).unwrap()), ["enwiki"]);
}

#[test]
fn we_serve_clients_that_leave_too_in_their_own_format() {
    let site = |name| SiteId::parse(name).unwrap();
    let settings = rolled_out(&[("dewiki", "off"), ("enwiki", "off")]).unwrap();
    let serving = settings.serving(&[site("dewiki"), site("nowiki")]);
    assert_eq!(served_by(&serving), ["dewiki", "frwiki"]);
    let dewiki = serving.client("dewiki").unwrap();
    assert_eq!(serving.notification_formats.wanted(dewiki).name(), "change-ids");
    assert_eq!(settings.serving(&[]), settings);
}

#[test]
fn a_rollout_that_cannot_be_meant_is_refused() {
    let allowed = "the setting rollout cannot be \"maybe\"; allowed: a map of clients to \"off\", \"shadow\" or \"on\"";
    assert_eq!(message(rolled_out(&[("dewiki", "maybe")])), allowed);
    assert_eq!(message(with(ROLLOUT, text("maybe"))), allowed);
    assert!(message(rolled_out(&[("nowiki", "off")])).contains("names \"nowiki\", which is no client"));
    assert!(with(ROLLOUT, Value::List(Vec::new())).is_ok());
}

#[test]
fn an_unknown_or_missing_setting_is_named() {
    assert_eq!(
        message(with("dispatchBatchSize", Value::Integer(5))),
        "there is no setting \"dispatchBatchSize\"; check its spelling"
    );
    assert_eq!(message(Settings::from_values([])), "the setting repoSiteId is missing");
}

#[test]
fn effective_values_make_the_same_settings_again() {
    let refused = Value::List(vec![text("x"), text("entry 3")]);
    let rollout = rolled_out(&[("enwiki", "shadow")]);
    for settings in [with("claimTtl", Value::Integer(7)), with(REFUSED_CLIENTS, refused), rollout].map(Result::unwrap) {
        let values = settings.to_values().into_iter().map(|(name, value)| (name.to_owned(), value));
        assert_eq!(Settings::from_values(values).unwrap(), settings);
    }
}

#[test]
fn native_memory_follows_the_memory_limit_of_php() {
    let mebibytes = |settings: &Settings| (settings.window_max_bytes >> 20, settings.batch_max_bytes >> 20);
    let limited = |limit: i64| with("memoryLimit", Value::Integer(limit << 20)).unwrap();
    assert_eq!([0, 1024, 512, 128].map(|limit| mebibytes(&limited(limit))), [(64, 16), (64, 16), (64, 16), (16, 4)]);
    for limit in [32, 64, 128, 150, 256, 512] {
        assert!(limited(limit).peak_memory() <= (limit.unsigned_abs() << 20) / 2, "{limit}");
    }
    let too_much = [("memoryLimit", 128 << 20), ("windowMaxBytes", 64 << 20)];
    let values = too_much
        .map(|(name, number)| (name.to_owned(), Value::Integer(number)))
        .into_iter()
        .chain([(REPO_SITE_ID.to_owned(), text("repowiki")), (CLIENT_DATABASES.to_owned(), Value::List(vec![]))]);
    assert_eq!(
        message(Settings::from_values(values)),
        "windowMaxBytes = 67108864 and batchMaxBytes = 4194304 may take 144 MiB of native memory, beside what PHP's \
         memory_limit of 128 MiB bounds; lower them, leave them out, or raise memory_limit"
    );
}

#[test]
fn refused_clients_are_names_and_no_clients() {
    let settings = with(REFUSED_CLIENTS, Value::List(vec![text(&"x".repeat(99))])).unwrap();
    assert_eq!((settings.refused.len(), settings.clients().len()), (1, 0));
    assert!(message(with(REFUSED_CLIENTS, text("x"))).contains("a list of names"));
    assert!(message(with(REFUSED_CLIENTS, Value::List(vec![Value::Integer(1)]))).contains("a list of names"));
}
