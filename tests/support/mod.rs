//! What the tests of the core share: a repo in a fresh SQLite file, changes to put into it, and a store that fails on demand.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod failing_store;
pub mod redis_server;

use std::{path::PathBuf, time::Duration};

use rusqlite::{Connection, params};
use tempfile::TempDir;
use wikibase_dispatch::{
    domain::{
        settings::{Settings, Value},
        site::{DatabaseDomain, SiteId},
    },
    store::sqlite::{SqliteStore, TablePrefix},
};

/// The tables as MediaWiki's installer makes them on SQLite.
const SCHEMA: &str = "
CREATE TABLE /*_*/wb_changes (
    change_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, change_type BLOB NOT NULL, change_time BLOB NOT NULL,
    change_object_id BLOB NOT NULL, change_revision_id INTEGER NOT NULL, change_user_id INTEGER NOT NULL, change_info BLOB NOT NULL);
CREATE TABLE /*_*/wb_changes_subscription (
    cs_row_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, cs_entity_id BLOB NOT NULL, cs_subscriber_id BLOB NOT NULL);
CREATE UNIQUE INDEX /*_*/cs_entity_id ON /*_*/wb_changes_subscription (cs_entity_id, cs_subscriber_id);
CREATE INDEX /*_*/cs_subscriber_id ON /*_*/wb_changes_subscription (cs_subscriber_id);
CREATE TABLE /*_*/wb_changes_dispatch (
    chd_site BLOB NOT NULL, chd_db BLOB NOT NULL, chd_seen INTEGER DEFAULT 0 NOT NULL,
    chd_touched BLOB DEFAULT '00000000000000' NOT NULL, chd_lock BLOB DEFAULT NULL, chd_disabled SMALLINT DEFAULT 0 NOT NULL,
    PRIMARY KEY (chd_site));
";

/// A repo of its own, gone when dropped.
pub struct Repo {
    folder: TempDir,
    prefix: String,
    pub sql: Connection,
}

impl Repo {
    pub fn new() -> Self {
        Self::with_prefix("")
    }

    pub fn with_prefix(prefix: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sql = Connection::open(folder.path().join("repo.sqlite")).unwrap();
        // Durability is the host's business; without waiting for the disk the tests are ten times as fast.
        sql.pragma_update(None, "synchronous", "OFF").unwrap();
        sql.execute_batch(&SCHEMA.replace("/*_*/", prefix)).unwrap();
        Self { folder, prefix: prefix.to_owned(), sql }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("repo.sqlite")
    }

    /// A connection such as a job has.
    pub fn store(&self) -> SqliteStore {
        let prefix = TablePrefix::parse(&self.prefix).unwrap();
        SqliteStore::open(&self.path(), prefix, Duration::from_secs(5)).unwrap()
    }

    pub fn table(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Writes a change and returns its id.
    pub fn change(&self, entity: &str, info: &str) -> u64 {
        self.change_as(None, entity, info.as_bytes())
    }

    /// Writes a change whose `change_info` is any bytes, under an id of the caller's choice.
    pub fn change_as(&self, id: Option<u64>, entity: &str, info: &[u8]) -> u64 {
        let sql = format!(
            "INSERT INTO {} VALUES (?1, 'wikibase-item~update', '20260131235959', ?2, 8, 5, ?3)",
            self.table("wb_changes")
        );
        // Text where it is text, as MediaWiki binds it.
        match std::str::from_utf8(info) {
            Ok(text) => self.sql.execute(&sql, params![id, entity, text]),
            Err(_) => self.sql.execute(&sql, params![id, entity, info]),
        }
        .unwrap();
        self.sql.last_insert_rowid().try_into().unwrap()
    }

    pub fn subscribe(&self, client: &str, entities: &[&str]) {
        let sql = format!(
            "INSERT INTO {} (cs_entity_id, cs_subscriber_id) VALUES (?1, ?2)",
            self.table("wb_changes_subscription")
        );
        for entity in entities {
            self.sql.execute(&sql, params![entity, client]).unwrap();
        }
    }

    pub fn set(&self, client: &str, assignment: &str) {
        let sql = format!("UPDATE {} SET {assignment} WHERE chd_site = ?1", self.table("wb_changes_dispatch"));
        assert_eq!(self.sql.execute(&sql, [client]).unwrap(), 1);
    }

    pub fn seen(&self, client: &str) -> u64 {
        let sql = format!("SELECT chd_seen FROM {} WHERE chd_site = ?1", self.table("wb_changes_dispatch"));
        self.sql.query_row(&sql, [client], |row| row.get(0)).unwrap()
    }

    pub fn lock(&self, client: &str) -> Option<String> {
        let sql = format!("SELECT chd_lock FROM {} WHERE chd_site = ?1", self.table("wb_changes_dispatch"));
        self.sql.query_row(&sql, [client], |row| row.get(0)).unwrap()
    }
}

/// `change_info` that changes nothing in particular.
pub const PLAIN: &str =
    r#"{"compactDiff":"{\"statementChanges\":[\"P31\"],\"siteLinkChanges\":[]}","metadata":{"bot":0}}"#;

/// `change_info` that gives `site` a link.
pub fn linking(site: &str) -> String {
    let diff = format!(r#"{{"siteLinkChanges":{{"{site}":[null,"Berlin",false]}}}}"#);
    serde_json::json!({ "compactDiff": diff }).to_string()
}

pub fn site(text: &str) -> SiteId {
    SiteId::parse(text).unwrap()
}

pub fn domain(text: &str) -> DatabaseDomain {
    DatabaseDomain::parse(text).unwrap()
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
