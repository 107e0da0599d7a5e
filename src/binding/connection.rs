//! Reads the description of a connection from a PHP array. Nothing is ever built from it by joining strings, and no message
//! repeats a value that could be a secret.

use std::{path::PathBuf, time::Duration};

use ext_php_rs::types::{ZendHashTable, Zval};

use crate::{
    error::{Error, ErrorKind, Result},
    store::sqlite::TablePrefix,
};

/// Where a repo's database is.
#[derive(Clone, Debug)]
pub(super) struct SqliteConnection {
    pub path: PathBuf,
    pub prefix: TablePrefix,
    pub timeout: Duration,
}

const KEYS: [&str; 4] = ["driver", "path", "prefix", "timeout"];
const DEFAULT_TIMEOUT: i64 = 10_000;

impl SqliteConnection {
    pub fn parse(description: &ZendHashTable) -> Result<Self> {
        match description.get("driver").map(Zval::dereference).and_then(Zval::str) {
            Some("sqlite") => {}
            Some(driver) => {
                return Err(invalid(format!("the driver {driver:?} is not supported; supported: \"sqlite\"")));
            }
            None => return Err(invalid("the key \"driver\" is missing or not a string")),
        }
        for (key, _) in description {
            let key = key.to_string();
            if !KEYS.contains(&key.as_str()) {
                return Err(invalid(format!("there is no key {key:?}; a sqlite connection has {}", KEYS.join(", "))));
            }
        }
        Ok(Self { path: path(description)?, prefix: prefix(description)?, timeout: timeout(description)? })
    }
}

fn path(description: &ZendHashTable) -> Result<PathBuf> {
    description
        .get("path")
        .map(Zval::dereference)
        .and_then(Zval::str)
        .filter(|path| !path.is_empty() && !path.contains('\0'))
        .map(PathBuf::from)
        .ok_or_else(|| invalid("the key \"path\" must be the path of the database file"))
}

fn prefix(description: &ZendHashTable) -> Result<TablePrefix> {
    let Some(prefix) = description.get("prefix") else {
        return Ok(TablePrefix::default());
    };
    prefix
        .str()
        .and_then(TablePrefix::parse)
        .ok_or_else(|| invalid("the key \"prefix\" must be a table prefix: up to 32 letters, digits, \"_\" or \"-\""))
}

fn timeout(description: &ZendHashTable) -> Result<Duration> {
    let milliseconds = description.get("timeout").map_or(Some(DEFAULT_TIMEOUT), Zval::long);
    milliseconds
        .filter(|milliseconds| (1..=600_000).contains(milliseconds))
        .and_then(|milliseconds| u64::try_from(milliseconds).ok())
        .map(Duration::from_millis)
        .ok_or_else(|| invalid("the key \"timeout\" must be a whole number of milliseconds from 1 to 600000"))
}

fn invalid(problem: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidConnection, format!("cannot use this connection: {problem}"))
}
