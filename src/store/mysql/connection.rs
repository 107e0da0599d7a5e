//! Where a repo's database is, and a connection to it, set up.
//!
//! Nothing here is ever written as a URL or a DSN, and no text that can reach a log holds the password.

use std::{fmt, net::IpAddr, path::PathBuf, time::Duration};

use mysql_async::{ClientIdentity, Conn, Opts, OptsBuilder, SslOpts, prelude::Queryable};

use super::{
    dialect::Dialect,
    server::{self, ServerName},
};
use crate::store::TablePrefix;

/// A password, which nobody prints by accident.
#[derive(Clone, Default)]
pub struct Password(String);

impl Password {
    /// Takes it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// Where the server listens.
#[derive(Clone, Debug)]
pub enum MysqlServer {
    /// A host, by name or address, and a port. `localhost` is no exception: it is reached over TCP.
    Tcp {
        /// Name or address.
        host: String,
        /// Usually 3306.
        port: u16,
    },
    /// A socket of this machine.
    Socket(PathBuf),
}

/// Encryption of a connection over TCP. A socket is never encrypted.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// The file with the certificates that are trusted.
    pub ca: Option<PathBuf>,
    /// A folder with files of such certificates. Without either, those are trusted that the web trusts.
    pub ca_path: Option<PathBuf>,
    /// Files with our own certificate and its key, for a server that asks for one.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Whether the server's certificate must be trusted and name the host. Without it nobody listens in, but anybody may
    /// pretend to be the server.
    pub verify: bool,
}

/// Where a repo's database is, who we are, and how long we wait.
#[derive(Clone, Debug)]
pub struct MysqlConnection {
    /// Where the server listens.
    pub server: MysqlServer,
    /// The database user.
    pub user: String,
    /// The user's password.
    pub password: Password,
    /// The database.
    pub database: String,
    /// MediaWiki's table prefix.
    pub prefix: TablePrefix,
    /// Encryption, if any.
    pub tls: Option<Tls>,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for a statement.
    pub timeout: Duration,
}

/// For messages: which database where. Never who, never the password.
impl fmt::Display for MysqlConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.server {
            MysqlServer::Tcp { host, port } => write!(f, "the database {} at {host}:{port}", self.database),
            MysqlServer::Socket(path) => write!(f, "the database {} at {}", self.database, path.display()),
        }
    }
}

impl MysqlConnection {
    fn options(&self) -> Opts {
        // The driver would ask the server for its packet limit and its idle limit on each connect. The first only bounds what
        // we send, which is little; the second only serves its pool, which we do not use.
        const PACKET: usize = 16 << 20;
        const IDLE_SECONDS: usize = 28_800;
        // Ours are some twenty, of which some come in five sizes.
        const STATEMENTS: usize = 64;
        let options = OptsBuilder::default()
            .user(Some(&self.user))
            .pass(Some(&self.password.0))
            .db_name(Some(&self.database))
            .ssl_opts(self.tls.as_ref().map(Tls::options))
            .prefer_socket(Some(false))
            // An update answers how many rows it found, not how many of them it made different.
            .client_found_rows(true)
            .stmt_cache_size(STATEMENTS)
            .max_allowed_packet(Some(PACKET))
            .wait_timeout(Some(IDLE_SECONDS))
            .tcp_keepalive(Some(Duration::from_secs(60)));
        match &self.server {
            MysqlServer::Tcp { host, port } => options.ip_or_hostname(host).tcp_port(*port).into(),
            MysqlServer::Socket(path) => options.socket(Some(path.to_string_lossy())).into(),
        }
    }

    /// Whether the runtime starts a thread to open this connection: to look up a name, or to read a file.
    pub(super) fn takes_a_thread(&self) -> bool {
        let is_name = matches!(&self.server, MysqlServer::Tcp { host, .. } if host.parse::<IpAddr>().is_err());
        is_name || self.tls.as_ref().is_some_and(Tls::reads_files)
    }

    /// Connects and sets the session up. No time limit of its own.
    pub(super) async fn open(&self) -> mysql_async::Result<(Conn, Dialect, ServerName)> {
        let mut connection = Conn::new(self.options()).await?;
        let (version, name) = server::who_is_it(&mut connection).await?;
        let dialect = Dialect::of(&version);
        for statement in dialect.set_up(self.timeout) {
            connection.query_drop(statement).await?;
        }
        Ok((connection, dialect, name))
    }
}

impl Tls {
    fn reads_files(&self) -> bool {
        self.ca.is_some() || self.ca_path.is_some() || self.identity.is_some()
    }

    /// Files of certificates. A folder that cannot be read has none, and then no server is trusted.
    fn trusted(&self) -> Vec<PathBuf> {
        let folder = self.ca_path.iter().flat_map(|folder| folder.read_dir().into_iter().flatten().flatten());
        let is_certificate = |path: &PathBuf| {
            path.extension().is_some_and(|extension| ["pem", "crt", "cer"].iter().any(|known| extension == *known))
        };
        let in_folder = folder.map(|entry| entry.path()).filter(is_certificate);
        self.ca.iter().cloned().chain(in_folder).collect()
    }

    fn options(&self) -> SslOpts {
        let mut options = SslOpts::default();
        if self.ca.is_some() || self.ca_path.is_some() {
            let roots = self.trusted().into_iter().map(Into::into).collect();
            options = options.with_root_certs(roots).with_disable_built_in_roots(true);
        }
        let identity = self.identity.clone().map(|(cert, key)| ClientIdentity::new(cert.into(), key.into()));
        options = options.with_client_identity(identity);
        options.with_danger_accept_invalid_certs(!self.verify).with_danger_skip_domain_validation(!self.verify)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g13_nothing_that_is_printed_holds_the_password() {
        let connection = MysqlConnection {
            server: MysqlServer::Tcp { host: "db.example".into(), port: 3306 },
            user: "wiki".into(),
            password: Password::new("s3cret"),
            database: "repo".into(),
            prefix: TablePrefix::default(),
            tls: None,
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(10),
        };
        assert_eq!(connection.to_string(), "the database repo at db.example:3306");
        assert!(!format!("{connection:?}{connection}").contains("s3cret"));
    }
}
