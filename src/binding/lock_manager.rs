//! Reads the description of a lock manager from a PHP array.

use std::time::Duration;

use ext_php_rs::types::{ZendHashTable, Zval};

use super::connection::{RepoConnection, check_keys, invalid, text, timeout, value};
use crate::{
    domain::settings::Settings,
    error::Result,
    lock::{ClaimOnly, LockManager, NamedLocks, RedisLocks, RedisServer, Secret},
};

/// Which locks stand beside the claim.
#[derive(Clone, Debug)]
pub(super) enum LockDescription {
    /// Those of the repo's database, if it has any.
    OfDatabase,
    /// None.
    ClaimOnly,
    /// Those of Redis servers.
    Redis { servers: Vec<RedisServer>, password: Option<Secret>, timeout: Duration },
}

const REDIS_KEYS: [&str; 4] = ["driver", "servers", "password", "timeout"];

/// Milliseconds.
const DEFAULT_TIMEOUT: i64 = 2000;

impl LockDescription {
    pub fn parse(description: Option<&ZendHashTable>) -> Result<Self> {
        let Some(description) = description else {
            return Ok(Self::OfDatabase);
        };
        match value(description, "driver").and_then(Zval::str) {
            Some("claim") => {
                check_keys(description, &["driver"], "the lock manager \"claim\"")?;
                Ok(Self::ClaimOnly)
            }
            Some("redis") => redis(description),
            Some(_) => Err(invalid("this lock manager is not supported; supported: \"claim\", \"redis\"")),
            None => Err(invalid("the key \"driver\" of the lock manager is missing or not a string")),
        }
    }

    /// Makes the manager. Nothing connects yet.
    pub fn open(&self, repo: &RepoConnection, settings: &Settings) -> Box<dyn LockManager + Send> {
        match (self, repo) {
            (Self::OfDatabase, RepoConnection::Mysql { primary, .. }) => {
                Box::new(NamedLocks::new(primary.as_ref().clone()))
            }
            (Self::OfDatabase | Self::ClaimOnly, _) => Box::new(ClaimOnly),
            (Self::Redis { servers, password, timeout }, _) => {
                // A moment longer than the claim, so that a dead runner's lock is the last to end.
                let ttl = settings.claim_ttl + *timeout;
                Box::new(RedisLocks::new(servers.clone(), password.clone(), *timeout, ttl))
            }
        }
    }
}

fn redis(description: &ZendHashTable) -> Result<LockDescription> {
    check_keys(description, &REDIS_KEYS, "the lock manager \"redis\"")?;
    let wrong =
        || invalid("the key \"servers\" must be a list of servers: \"host\", \"host:port\" or \"/path/to/socket\"");
    let servers: Vec<_> = value(description, "servers")
        .and_then(Zval::array)
        .ok_or_else(wrong)?
        .values()
        .map(|server| server.dereference().str().and_then(RedisServer::parse).ok_or_else(wrong))
        .collect::<Result<_>>()?;
    if servers.is_empty() {
        return Err(wrong());
    }
    Ok(LockDescription::Redis {
        servers,
        password: text(description, "password")?.map(Secret::new),
        timeout: timeout(description, "timeout", DEFAULT_TIMEOUT)?,
    })
}
