//! Reads the description of a connection from a PHP array. Nothing is ever built from it by joining strings, and no message
//! repeats a value that could be a secret.

use std::{path::PathBuf, time::Duration};

use ext_php_rs::types::{ZendHashTable, Zval};

use crate::{
    domain::excerpt::quoted,
    error::{Error, ErrorKind, Result},
    store::{
        Store, TablePrefix,
        mysql::{MysqlConnection, MysqlServer, MysqlStore, Password, Tls},
        sqlite::SqliteStore,
    },
};

/// Where a repo's database is.
#[derive(Clone, Debug)]
pub(super) enum RepoConnection {
    Sqlite { path: PathBuf, prefix: TablePrefix, timeout: Duration },
    Mysql { primary: Box<MysqlConnection>, replicas: Vec<MysqlConnection> },
}

const SQLITE_KEYS: [&str; 4] = ["driver", "path", "prefix", "timeout"];
const MYSQL_KEYS: [&str; 12] = [
    "driver",
    "host",
    "port",
    "socket",
    "user",
    "password",
    "database",
    "prefix",
    "tls",
    "connectTimeout",
    "timeout",
    "replicas",
];
const REPLICA_KEYS: [&str; 6] = ["host", "port", "socket", "user", "password", "tls"];
const TLS_KEYS: [&str; 5] = ["ca", "caPath", "cert", "key", "verify"];

/// Milliseconds.
const DEFAULT_TIMEOUT: i64 = 10_000;
const DEFAULT_CONNECT_TIMEOUT: i64 = 3000;

impl RepoConnection {
    pub fn parse(description: &ZendHashTable) -> Result<Self> {
        match value(description, "driver").and_then(Zval::str) {
            Some("sqlite") => sqlite(description),
            Some("mysql") => mysql(description),
            // It is not repeated: somebody may have written an address there, with a password.
            Some(_) => Err(invalid("this driver is not supported; supported: \"mysql\", \"sqlite\"")),
            None => Err(invalid("the key \"driver\" is missing or not a string")),
        }
    }

    /// Opens the store. On MariaDB and MySQL the first statement connects.
    pub fn open(&self) -> Result<Box<dyn Store + Send>> {
        Ok(match self {
            Self::Sqlite { path, prefix, timeout } => Box::new(SqliteStore::open(path, prefix.clone(), *timeout)?),
            Self::Mysql { primary, replicas } => {
                Box::new(MysqlStore::with_replicas(primary.as_ref().clone(), replicas.clone()))
            }
        })
    }
}

fn sqlite(description: &ZendHashTable) -> Result<RepoConnection> {
    check_keys(description, &SQLITE_KEYS, "a sqlite connection")?;
    Ok(RepoConnection::Sqlite {
        path: text(description, "path")
            .ok()
            .flatten()
            .map(PathBuf::from)
            .ok_or_else(|| invalid("the key \"path\" must be the path of the database file"))?,
        prefix: prefix(description)?,
        timeout: timeout(description, "timeout", DEFAULT_TIMEOUT)?,
    })
}

fn mysql(description: &ZendHashTable) -> Result<RepoConnection> {
    check_keys(description, &MYSQL_KEYS, "a mysql connection")?;
    let required = |key| text(description, key)?.ok_or_else(|| invalid(format!("the key {key:?} is missing or empty")));
    let primary = MysqlConnection {
        server: server(description)?,
        user: required("user")?.to_owned(),
        password: Password::new(text(description, "password")?.unwrap_or_default()),
        database: required("database")?.to_owned(),
        prefix: prefix(description)?,
        tls: tls(description)?,
        connect_timeout: timeout(description, "connectTimeout", DEFAULT_CONNECT_TIMEOUT)?,
        timeout: timeout(description, "timeout", DEFAULT_TIMEOUT)?,
    };
    let replicas = replicas(description, &primary)?;
    Ok(RepoConnection::Mysql { primary: Box::new(primary), replicas })
}

fn replicas(description: &ZendHashTable, primary: &MysqlConnection) -> Result<Vec<MysqlConnection>> {
    let wrong = || invalid("the key \"replicas\" must be a list of arrays");
    let Some(replicas) = value(description, "replicas") else {
        return Ok(Vec::new());
    };
    let replicas = replicas.array().filter(|replicas| replicas.has_sequential_keys()).ok_or_else(wrong)?;
    replicas.values().map(|replica| self::replica(replica.dereference().array().ok_or_else(wrong)?, primary)).collect()
}

/// The primary's description, but for what the replica has of its own.
fn replica(description: &ZendHashTable, primary: &MysqlConnection) -> Result<MysqlConnection> {
    check_keys(description, &REPLICA_KEYS, "a replica")?;
    let mut replica = MysqlConnection { server: server(description)?, ..primary.clone() };
    if let Some(user) = text(description, "user")? {
        replica.user = user.to_owned();
        replica.password = Password::default();
    }
    if let Some(password) = text(description, "password")? {
        replica.password = Password::new(password);
    }
    if value(description, "tls").is_some() {
        replica.tls = tls(description)?;
    }
    Ok(replica)
}

pub(super) fn check_keys(description: &ZendHashTable, known: &[&str], what: &str) -> Result<()> {
    for (key, _) in description {
        let key = key.to_string();
        if !known.contains(&key.as_str()) {
            return Err(invalid(format!("there is no key {}; {what} has {}", quoted(&key), known.join(", "))));
        }
    }
    Ok(())
}

fn server(description: &ZendHashTable) -> Result<MysqlServer> {
    let port = value(description, "port").map(Zval::long);
    match (text(description, "host")?, text(description, "socket")?) {
        (Some(_), Some(_)) => Err(invalid("the keys \"host\" and \"socket\" exclude each other")),
        (None, None) => Err(invalid("one of the keys \"host\" and \"socket\" is needed")),
        (None, Some(_)) if port.is_some() => Err(invalid("the keys \"port\" and \"socket\" exclude each other")),
        (None, Some(path)) => Ok(MysqlServer::Socket(path.into())),
        // No host's name has it; an address with a password would, and hosts are named in messages.
        (Some(host), None) if host.contains('@') => {
            Err(invalid("the key \"host\" must be the name or the address of a host, and nothing else"))
        }
        (Some(host), None) => port
            .unwrap_or(Some(3306))
            .and_then(|port| u16::try_from(port).ok())
            .filter(|port| *port > 0)
            .map(|port| MysqlServer::Tcp { host: host.to_owned(), port })
            .ok_or_else(|| invalid("the key \"port\" must be a whole number from 1 to 65535")),
    }
}

fn tls(description: &ZendHashTable) -> Result<Option<Tls>> {
    let wrong =
        || invalid(format!("the key \"tls\" must be true, false, or an array with the keys {}", TLS_KEYS.join(", ")));
    let Some(wanted) = value(description, "tls") else {
        return Ok(None);
    };
    if let Some(is_wanted) = wanted.bool() {
        return Ok(is_wanted.then_some(Tls { verify: true, ..Tls::default() }));
    }
    let tls = wanted.array().ok_or_else(wrong)?;
    check_keys(tls, &TLS_KEYS, "\"tls\"")?;
    let verify = value(tls, "verify").map_or(Some(true), Zval::bool).ok_or_else(wrong)?;
    let file = |key| Ok::<_, Error>(text(tls, key)?.map(PathBuf::from));
    let identity = match (file("cert")?, file("key")?) {
        (None, None) => None,
        (Some(cert), Some(key)) => Some((cert, key)),
        _ => return Err(invalid("the keys \"cert\" and \"key\" of \"tls\" belong together")),
    };
    Ok(Some(Tls { ca: file("ca")?, ca_path: file("caPath")?, identity, verify }))
}

/// What stands under a key, through a PHP reference if need be.
pub(super) fn value<'d>(description: &'d ZendHashTable, key: &str) -> Option<&'d Zval> {
    description.get(key).map(Zval::dereference)
}

/// A text; `None` if it is missing or empty. What is no text at all is refused without being repeated.
pub(super) fn text<'d>(description: &'d ZendHashTable, key: &str) -> Result<Option<&'d str>> {
    match value(description, key).map(Zval::str) {
        None => Ok(None),
        Some(Some(text)) if !text.contains('\0') => Ok(Some(text).filter(|text| !text.is_empty())),
        Some(_) => Err(invalid(format!("the key {key:?} must be a string of UTF-8 without zero bytes"))),
    }
}

fn prefix(description: &ZendHashTable) -> Result<TablePrefix> {
    let Some(prefix) = value(description, "prefix") else {
        return Ok(TablePrefix::default());
    };
    prefix
        .str()
        .and_then(TablePrefix::parse)
        .ok_or_else(|| invalid("the key \"prefix\" must be a table prefix: up to 32 letters, digits, \"_\" or \"-\""))
}

pub(super) fn timeout(description: &ZendHashTable, key: &str, default: i64) -> Result<Duration> {
    let milliseconds = value(description, key).map_or(Some(default), Zval::long);
    milliseconds
        .filter(|milliseconds| (1..=600_000).contains(milliseconds))
        .and_then(|milliseconds| u64::try_from(milliseconds).ok())
        .map(Duration::from_millis)
        .ok_or_else(|| invalid(format!("the key {key:?} must be a whole number of milliseconds from 1 to 600000")))
}

pub(super) fn invalid(problem: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidConnection, format!("cannot use this connection: {problem}"))
}
