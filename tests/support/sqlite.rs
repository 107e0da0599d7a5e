//! A repo in a fresh SQLite file.

use std::{path::PathBuf, time::Duration};

use rusqlite::{Connection, params};
use tempfile::TempDir;
use wikibase_dispatch::store::{TablePrefix, sqlite::SqliteStore};

use super::TestRepo;

/// The tables as MediaWiki makes them: Wikibase's, and our own.
const SCHEMA: [&str; 6] = [
    include_str!("sql/wikibase-sqlite.sql"),
    include_str!("../../php/sql/sqlite/tables-generated.sql"),
    include_str!("../../php/sql/sqlite/ledger-generated.sql"),
    include_str!("../../php/sql/sqlite/rollout-generated.sql"),
    include_str!("../../php/sql/sqlite/client-generated.sql"),
    include_str!("../../php/sql/sqlite/receipts-generated.sql"),
];

pub struct SqliteRepo {
    folder: TempDir,
    prefix: String,
    pub sql: Connection,
}

impl SqliteRepo {
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("repo.sqlite")
    }

    fn table(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

impl TestRepo for SqliteRepo {
    type Store = SqliteStore;

    fn with_prefix(prefix: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sql = Connection::open(folder.path().join("repo.sqlite")).unwrap();
        // Durability is the host's business; without waiting for the disk the tests are ten times as fast.
        sql.pragma_update(None, "synchronous", "OFF").unwrap();
        for schema in SCHEMA {
            sql.execute_batch(&schema.replace("/*_*/", prefix)).unwrap();
        }
        Self { folder, prefix: prefix.to_owned(), sql }
    }

    fn store(&self) -> SqliteStore {
        self.store_with_prefix(TablePrefix::parse(&self.prefix).unwrap())
    }

    fn store_with_prefix(&self, prefix: TablePrefix) -> SqliteStore {
        SqliteStore::open(&self.path(), prefix, Duration::from_secs(5)).unwrap()
    }

    fn execute(&self, sql: &str) {
        self.sql.execute_batch(&super::fill(sql, &self.prefix)).unwrap();
    }

    fn change_as(&self, id: Option<u64>, entity: &str, info: &[u8]) -> u64 {
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

    fn text_of_length(length: usize) -> String {
        format!("substr(replace(hex(zeroblob({length})), '00', 'x'), 1, {length})")
    }

    fn subscribe(&self, client: &str, entities: &[&str]) {
        let sql = format!(
            "INSERT INTO {} (cs_entity_id, cs_subscriber_id) VALUES (?1, ?2)",
            self.table("wb_changes_subscription")
        );
        for entity in entities {
            self.sql.execute(&sql, params![entity, client]).unwrap();
        }
    }

    fn set(&self, client: &str, assignment: &str) {
        let sql = format!("UPDATE {} SET {assignment} WHERE chd_site = ?1", self.table("wb_changes_dispatch"));
        assert_eq!(self.sql.execute(&sql, [client]).unwrap(), 1);
    }

    fn seen(&self, client: &str) -> u64 {
        let sql = format!("SELECT chd_seen FROM {} WHERE chd_site = ?1", self.table("wb_changes_dispatch"));
        self.sql.query_row(&sql, [client], |row| row.get(0)).unwrap()
    }

    fn lock(&self, client: &str) -> Option<String> {
        let sql = format!("SELECT chd_lock FROM {} WHERE chd_site = ?1", self.table("wb_changes_dispatch"));
        self.sql.query_row(&sql, [client], |row| row.get(0)).unwrap()
    }
}
