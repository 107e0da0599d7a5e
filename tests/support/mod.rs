//! What the tests of the core share: a repo in a fresh database of either engine, changes to put into it, and a store that fails on
//! demand.

#![allow(dead_code, unused_imports, unused_macros, reason = "each test binary uses a part of it")]

pub mod cluster;
pub mod dispatching;
pub mod each_store;
pub mod edit;
pub mod failing_store;
pub mod fresh;
pub mod host;
pub mod kind;
pub mod mariadb;
pub mod proxy;
pub mod queues;
pub mod redis_server;
pub mod replication;
pub mod rollout;
pub mod sqlite;
pub mod statement_proxy;

use mariadb::PASSWORD;
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        settings::Settings,
        site::{Client, DatabaseDomain, SiteId},
        time::Timestamp,
        value::Value,
    },
    error::{Error, ErrorKind, Result},
    store::{Advance, Clock, NewClaim, Store, TablePrefix},
};

pub use mariadb::MariaRepo;
pub use sqlite::SqliteRepo;

/// A repo in a database of its own, gone when dropped.
pub trait TestRepo: Sized {
    type Store: Store + 'static;

    fn new() -> Self {
        Self::with_prefix("")
    }

    fn with_prefix(prefix: &str) -> Self;

    /// A connection such as a job has.
    fn store(&self) -> Self::Store;

    /// One whose tables have another prefix than those that were made.
    fn store_with_prefix(&self, prefix: TablePrefix) -> Self::Store;

    /// Runs SQL in which `{name}` stands for a table.
    fn execute(&self, sql: &str);

    /// Writes a change and returns its id.
    fn change(&self, entity: &str, info: &str) -> u64 {
        self.change_as(None, entity, info.as_bytes())
    }

    /// Writes a change whose `change_info` is any bytes, under an id of the caller's choice.
    fn change_as(&self, id: Option<u64>, entity: &str, info: &[u8]) -> u64;

    fn subscribe(&self, client: &str, entities: &[&str]);

    /// An expression for so many letters.
    fn text_of_length(length: usize) -> String {
        format!("REPEAT('x', {length})")
    }

    fn set(&self, client: &str, assignment: &str);

    fn seen(&self, client: &str) -> u64;

    fn lock(&self, client: &str) -> Option<String>;
}

/// What operations do with many clients at a time, for one.
pub trait OneClient: Store {
    fn insert_state(&mut self, client: &Client) -> Result<bool> {
        self.insert_states(&[client]).map(|made| made == 1)
    }

    fn claim_one(&mut self, client: &str, seen: u64, expected: Option<&str>, lock: &str) -> Result<bool> {
        self.claim(&NewClaim { client: &site(client), seen: ChangeId(seen), expected, lock, life: self.life() })
    }

    fn advance_one(&mut self, client: &str, seen: u64, lock: &str, to: u64, touched: Timestamp) -> Result<bool> {
        self.advance(&Advance { client: &site(client), seen: ChangeId(seen), lock, to: ChangeId(to) }, touched)
    }
}

impl<S: Store> OneClient for S {}

/// `change_info` that changes nothing in particular.
pub const PLAIN: &str =
    r#"{"compactDiff":"{\"statementChanges\":[\"P31\"],\"siteLinkChanges\":[]}","metadata":{"bot":0}}"#;

/// `change_info` that gives `site` a link.
pub fn linking(site: &str) -> String {
    let diff = serde_json::json!({ "siteLinkChanges": { site: [null, "Berlin", false] } });
    serde_json::json!({ "compactDiff": diff.to_string() }).to_string()
}

pub fn site(text: &str) -> SiteId {
    SiteId::parse(text).unwrap()
}

pub fn domain(text: &str) -> DatabaseDomain {
    DatabaseDomain::parse(text).unwrap()
}

/// Has a client say about itself that it takes these formats, so many seconds ago.
pub fn mark<R: TestRepo>(repo: &R, client: &str, formats: &str, seconds_ago: u64) {
    let made = repo.store().now().unwrap().minus(std::time::Duration::from_secs(seconds_ago)).to_mw();
    repo.execute(&format!("DELETE FROM {{wb_changes_client}} WHERE cc_site = '{client}'"));
    repo.execute(&format!("INSERT INTO {{wb_changes_client}} VALUES ('{client}', '0.1.0', '{formats}', '{made}')"));
}

/// Settings for these clients, with some numbers changed.
pub fn settings(clients: &[&str], numbers: &[(&str, i64)]) -> Settings {
    let clients = clients.iter().map(|client| Value::Text((*client).to_owned())).collect();
    let numbers = numbers.iter().map(|(name, number)| ((*name).to_owned(), Value::Integer(*number)));
    let names = [
        ("repoSiteId".to_owned(), Value::Text("repowiki".to_owned())),
        ("localClientDatabases".to_owned(), Value::List(clients)),
    ];
    Settings::from_values(names.into_iter().chain(numbers)).unwrap()
}

/// SQL with each `{name}` replaced by the table's name.
fn fill(sql: &str, prefix: &str) -> String {
    let tables =
        ["wb_changes", "wb_changes_dispatch", "wb_changes_subscription", "wb_changes_ledger", "wb_changes_late"];
    let ours = [
        "wb_changes_rollout",
        "wb_changes_handed",
        "wb_changes_shadow",
        "wb_changes_client",
        "wb_changes_sent",
        "wb_changes_receipt",
        "wb_changes_aside",
    ];
    tables
        .iter()
        .chain(&ours)
        .fold(sql.to_owned(), |sql, table| sql.replace(&format!("{{{table}}}"), &format!("{prefix}{table}")))
}

/// The error of a store that refused: of this kind, saying this, and without the password.
pub fn refused<T: std::fmt::Debug>(result: Result<T>, kind: ErrorKind, says: &str) -> Error {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(says), "{error}");
    assert!(!format!("{error} {error:?}").contains(PASSWORD), "the password is in it");
    error
}
