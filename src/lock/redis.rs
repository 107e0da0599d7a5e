//! Locks on Redis: a key with an expiry, held by the majority of the servers that are named (usually one).
//!
//! A lock is the owner's token under the lock's name; only the owner's token is ever deleted. It expires somewhat later than the
//! claim, so that a dead runner's lock ends when its claim may be taken over.

use std::{
    fmt,
    path::PathBuf,
    time::{Duration, Instant},
};

use redis::{Client, Connection, ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo, RedisError, RedisResult};

use super::{Held, LockManager};
use crate::{
    domain::lock_name::LockName,
    error::{Error, ErrorKind, Result},
    store::descriptors::Descriptors,
};

/// For how long a connection that nobody uses is kept, and then closed rather than trusted.
const IDLE: Duration = Duration::from_secs(60);

/// A password. Nothing prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a password.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedisServer {
    /// Host and port.
    Tcp(String, u16),
    /// A unix socket.
    Socket(PathBuf),
}

impl RedisServer {
    const DEFAULT_PORT: u16 = 6379;

    /// Reads `host`, `host:port`, `[v6]:port` or `/path/to/socket`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with('/') {
            return Some(Self::Socket(text.into()));
        }
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']')?;
                (host, port.strip_prefix(':'))
            }
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port = port.map_or(Some(Self::DEFAULT_PORT), |port| port.parse().ok())?;
        let is_host =
            !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control() || "[]/".contains(c));
        is_host.then(|| Self::Tcp(host.to_owned(), port))
    }

    fn address(&self) -> ConnectionAddr {
        match self {
            Self::Tcp(host, port) => ConnectionAddr::Tcp(host.clone(), *port),
            Self::Socket(path) => ConnectionAddr::Unix(path.clone()),
        }
    }
}

impl fmt::Display for RedisServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            Self::Socket(path) => path.display().fmt(f),
        }
    }
}

/// One server, and the connection to it while there is one.
struct Server {
    at: RedisServer,
    connection: Option<Connection>,
    used: Instant,
    descriptors: Descriptors,
}

/// Locks on one Redis server, or on the majority of several.
pub struct RedisLocks {
    servers: Vec<Server>,
    password: Option<Secret>,
    timeout: Duration,
    ttl: Duration,
}

const TAKE: &str = "SET";
/// Deletes the key if it still is the owner's.
const GIVE_BACK: &str =
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

impl RedisLocks {
    /// Locks on `servers` (one at least; an odd number if more) that end by themselves after `ttl`. Connecting, and every
    /// command, takes `timeout` at most.
    pub fn new(servers: Vec<RedisServer>, password: Option<Secret>, timeout: Duration, ttl: Duration) -> Self {
        let servers = servers.into_iter().map(Server::new).collect();
        Self { servers, password, timeout, ttl }
    }

    fn majority(&self) -> usize {
        self.servers.len() / 2 + 1
    }

    /// Asks every server; how many said yes, and the last of those that did not answer with its error.
    fn ask(&mut self, mut question: impl FnMut(&mut Connection) -> RedisResult<bool>) -> Answers {
        let mut answers = Answers::default();
        for server in &mut self.servers {
            match server.ask(self.password.as_ref(), self.timeout, &mut question) {
                Ok(true) => answers.yes += 1,
                Ok(false) => answers.no += 1,
                Err(error) => answers.silent = Some((server.at.to_string(), error)),
            }
        }
        answers
    }
}

#[derive(Default)]
struct Answers {
    yes: usize,
    no: usize,
    silent: Option<(String, RedisError)>,
}

impl Answers {
    fn unavailable(self, doing: impl fmt::Display) -> Error {
        let (server, error) = self.silent.expect("without a majority of answers somebody was silent");
        // The driver's errors name commands and codes, never credentials.
        Error::new(ErrorKind::LockUnavailable, format!("{doing} on the Redis server {server}")).caused_by(error)
    }
}

impl Server {
    fn new(at: RedisServer) -> Self {
        Self { at, connection: None, used: Instant::now(), descriptors: Descriptors::default() }
    }

    /// Asks over the connection at hand, or over a new one: a connection may have been lost while nobody looked, so the
    /// question is repeated once. Taking twice is harmless, because the answer is judged by who owns the lock.
    fn ask(
        &mut self,
        password: Option<&Secret>,
        timeout: Duration,
        question: &mut impl FnMut(&mut Connection) -> RedisResult<bool>,
    ) -> RedisResult<bool> {
        if self.used.elapsed() >= IDLE {
            // A lock does not end with its connection here.
            self.connection = None;
        }
        self.used = Instant::now();
        if let Some(connection) = &mut self.connection {
            match question(connection) {
                Ok(answer) => return Ok(answer),
                Err(error) if !error.is_io_error() => return Err(error),
                Err(_) => self.connection = None,
            }
        }
        let (connection, descriptors) = Descriptors::of(|| self.connect(password, timeout));
        self.descriptors = descriptors;
        let mut connection = connection?;
        let answer = question(&mut connection)?;
        self.connection = Some(connection);
        Ok(answer)
    }

    fn connect(&self, password: Option<&Secret>, timeout: Duration) -> RedisResult<Connection> {
        let mut settings = RedisConnectionInfo::default().set_skip_set_lib_name();
        if let Some(Secret(password)) = password {
            settings = settings.set_password(password);
        }
        let info = self.at.address().into_connection_info()?.set_redis_settings(settings);
        let connection = Client::open(info)?.get_connection_with_timeout(timeout)?;
        connection.set_read_timeout(Some(timeout))?;
        connection.set_write_timeout(Some(timeout))?;
        Ok(connection)
    }
}

impl LockManager for RedisLocks {
    fn try_lock(&mut self, name: &LockName, owner: u64) -> Result<Option<Held>> {
        let (token, ttl) = (token(owner), u64::try_from(self.ttl.as_millis()).unwrap_or(u64::MAX));
        let answers = self.ask(|connection| {
            // A repeated question finds the lock its own.
            let set: Option<String> =
                redis::cmd(TAKE).arg(name.as_str()).arg(&token).arg("NX").arg("PX").arg(ttl).query(connection)?;
            if set.is_some() {
                return Ok(true);
            }
            let owner: Option<String> = redis::cmd("GET").arg(name.as_str()).query(connection)?;
            Ok(owner.as_deref() == Some(&token))
        });
        let held = Held { name: name.clone(), owner };
        if answers.yes >= self.majority() {
            return Ok(Some(held));
        }
        let is_told = answers.yes + answers.no >= self.majority();
        if answers.yes > 0 {
            // Without a majority it is nobody's; what cannot be given back expires.
            let _ = self.unlock(held);
        }
        if is_told { Ok(None) } else { Err(answers.unavailable(format_args!("cannot take the lock {name}"))) }
    }

    fn unlock(&mut self, held: Held) -> Result<()> {
        let token = token(held.owner);
        let answers = self.ask(|connection| {
            let deleted: u64 =
                redis::cmd("EVAL").arg(GIVE_BACK).arg(1).arg(held.name.as_str()).arg(&token).query(connection)?;
            Ok(deleted == 1)
        });
        if answers.yes + answers.no >= self.majority() {
            Ok(())
        } else {
            Err(answers.unavailable(format_args!("cannot give back the lock {}", held.name)))
        }
    }

    fn held_among(&mut self, names: &[LockName]) -> Result<Vec<bool>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut holders = vec![0; names.len()];
        let answers = self.ask(|connection| {
            let keys: Vec<&str> = names.iter().map(LockName::as_str).collect();
            let owners: Vec<Option<String>> = redis::cmd("MGET").arg(keys).query(connection)?;
            for (count, owner) in holders.iter_mut().zip(owners) {
                *count += usize::from(owner.is_some());
            }
            Ok(true)
        });
        let majority = self.majority();
        if answers.yes < majority {
            return Err(answers.unavailable(format_args!("cannot look for {} locks", names.len())));
        }
        Ok(holders.into_iter().map(|count| count >= majority).collect())
    }
}

fn token(owner: u64) -> String {
    format!("{owner:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_as_mediawiki_writes_them() {
        let tcp = |host: &str, port| Some(RedisServer::Tcp(host.to_owned(), port));
        assert_eq!(RedisServer::parse("redis1.example"), tcp("redis1.example", 6379));
        assert_eq!(RedisServer::parse("127.0.0.1:6380"), tcp("127.0.0.1", 6380));
        assert_eq!(RedisServer::parse("[::1]:6380"), tcp("::1", 6380));
        assert_eq!(RedisServer::parse("[::1]"), tcp("::1", 6379));
        assert_eq!(RedisServer::parse("/run/redis.sock"), Some(RedisServer::Socket("/run/redis.sock".into())));
        assert_eq!(tcp("::1", 6380).unwrap().to_string(), "[::1]:6380");
        for bad in ["", ":6379", "host:port", "host:70000", "[::1", "[[::1]", "a/b", "a b"] {
            assert_eq!(RedisServer::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", Secret::new("canary")), "(secret)");
    }
}
