//! A MariaDB server (or MySQL, see `sql-server`) of the tests' own, on a socket in a temporary folder, and repos in fresh databases on it.
//!
//! Each test binary starts one server when its first test needs it. A small shell process keeps it: when the tests end, however they
//! end, the shell's input closes; then it stops the server, by its pid, and removes the folder.

use std::{
    cell::RefCell,
    fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use mysql_async::{Conn, OptsBuilder, Params, Row, prelude::Queryable};
use tokio::runtime::{Builder, Runtime};
use wikibase_dispatch::{
    domain::site::{Client, DatabaseDomain},
    store::{
        DispatchStates, TablePrefix,
        mysql::{MysqlConnection, MysqlServer, MysqlStore, Password},
    },
};

use super::{TestRepo, site};

/// The tables as MediaWiki makes them: Wikibase's, and our own.
const SCHEMA: [&str; 6] = [
    include_str!("sql/wikibase-mysql.sql"),
    include_str!("../../php/sql/mysql/tables-generated.sql"),
    include_str!("../../php/sql/mysql/ledger-generated.sql"),
    include_str!("../../php/sql/mysql/rollout-generated.sql"),
    include_str!("../../php/sql/mysql/client-generated.sql"),
    include_str!("../../php/sql/mysql/receipts-generated.sql"),
];

/// Waits for its input to end or to say a word; then ends the server.
const KEEPER: &str = r#"folder=$1; shift
"$@" </dev/null >>"$folder/log" 2>&1 & server=$!
read -r word
if [ "$word" = crash ]; then kill -9 "$server"; else kill "$server"; fi
wait "$server"
case $word in crash|keep) ;; *) rm -rf "$folder" ;; esac"#;

/// Knows whether the server is MariaDB or MySQL.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/sql-server");

/// On MariaDB and on MySQL.
const SMALL_LOG: [&str; 2] = ["--loose-innodb-log-file-size=8M", "--loose-innodb-redo-log-capacity=64M"];

pub const USER: &str = "runner";
pub const PASSWORD: &str = "correct-horse";

/// The server that the tests of one binary share. Tests that stop it or change its settings start their own.
pub static SHARED: LazyLock<Server> = LazyLock::new(|| Server::start(&[]));

pub struct Server {
    folder: PathBuf,
    arguments: Vec<String>,
    keeper: Mutex<Option<Child>>,
    pub port: u16,
}

impl Server {
    /// Starts one, with more arguments.
    pub fn start(arguments: &[&str]) -> Self {
        let server = Self::in_fresh_folder(arguments);
        let folder = server.folder();
        let installed = Command::new(PROGRAMS)
            .args(["install", "open", "--no-defaults"])
            .arg(format!("--datadir={}", folder.join("data").display()))
            .args(SMALL_LOG)
            .arg(format!("--user={}", user()))
            // Names of temporary tables repeat from one bootstrap to the next.
            .arg(format!("--tmpdir={}", folder.display()))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
        server.run();
        let mut root = server.root();
        for host in ["localhost", "127.0.0.1"] {
            root.run(&format!("CREATE USER {USER}@{host} IDENTIFIED BY '{PASSWORD}'"));
            root.run(&format!("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP ON `wd\\_%`.* TO {USER}@{host}"));
        }
        server
    }

    fn in_fresh_folder(arguments: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("wd-mariadb-").tempdir().unwrap().keep();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { folder, arguments, keeper: Mutex::new(None), port }
    }

    /// Another server, not yet started, with a copy of the data of this one, which must be stopped.
    pub fn copy(&self) -> Self {
        let copy = Self::in_fresh_folder(&[]);
        let copied = Command::new("cp").arg("-a").arg(self.folder.join("data")).arg(copy.folder.join("data")).status();
        assert!(copied.unwrap().success());
        copy
    }

    /// Adds arguments for the next start.
    pub fn with_arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// Starts the server process and waits until it is up.
    pub fn run(&self) {
        let path = |name: &str| self.folder.join(name).display().to_string();
        // MySQL's, of a server that was killed: the number in it may be another process's by now.
        let _ = fs::remove_file(self.folder.join("socket.lock"));
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh", &self.folder.display().to_string(), PROGRAMS, "run", "--no-defaults"])
            .args([format!("--datadir={}", path("data")), format!("--socket={}", path("socket"))])
            .arg(format!("--tmpdir={}", self.folder.display()))
            .args([format!("--pid-file={}", path("pid")), format!("--user={}", user())])
            .args([format!("--port={}", self.port), "--bind-address=127.0.0.1".into(), "--skip-name-resolve".into()])
            .args(["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M"])
            .args(SMALL_LOG)
            .args(["--skip-log-bin", "--performance-schema=OFF"])
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        *self.keeper.lock().unwrap() = Some(keeper);
        let patience = Instant::now() + Duration::from_secs(60);
        // It answers a moment before it says which process it is.
        while Sql::open(&self.socket(), "root", "", None).is_err() || !self.folder.join("pid").exists() {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(Instant::now() < patience, "the server does not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the server process, orderly or by `kill -9`, and keeps its data.
    pub fn stop(&self, word: &str) {
        let mut keeper = self.keeper.lock().unwrap().take().unwrap();
        keeper.stdin.take().unwrap().write_all(format!("{word}\n").as_bytes()).unwrap();
        keeper.wait().unwrap();
    }

    /// Sends a signal to the server process, by the shell's own `kill`: not every machine has the command.
    pub fn signal(&self, name: &str) {
        let pid = fs::read_to_string(self.folder.join("pid")).unwrap();
        let command = format!("kill -{name} {}", pid.trim());
        assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
        // A server of many threads goes on for a moment after it was told to stop.
        let stat = || fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        while name == "STOP" && !stat().contains(") T ") {
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn root(&self) -> Sql {
        Sql::open(&self.socket(), "root", "", None).unwrap()
    }

    /// A repo in a fresh database.
    pub fn repo(&self, prefix: &str) -> MariaRepo {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let database = format!("wd_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut sql = self.root();
        sql.run(&format!("CREATE DATABASE {database}"));
        sql.run(&format!("USE {database}"));
        let schema: Vec<&str> =
            SCHEMA.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with("--")).collect();
        for table in schema.join("\n").split(';').filter(|statement| !statement.trim().is_empty()) {
            let options = "ENGINE=InnoDB DEFAULT CHARSET=binary";
            sql.run(&table.replace("/*_*/", prefix).replace("/*$wgDBTableOptions*/", options));
        }
        let connection = MysqlConnection {
            server: MysqlServer::Socket(self.socket()),
            user: USER.into(),
            password: Password::new(PASSWORD),
            database,
            prefix: TablePrefix::parse(prefix).unwrap(),
            tls: None,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
        };
        MariaRepo { connection, sql: RefCell::new(sql) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.lock().unwrap().take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A connection for the tests themselves, as another program would have it.
pub struct Sql {
    runtime: Runtime,
    connection: Conn,
}

impl Sql {
    pub fn open(socket: &Path, user: &str, password: &str, database: Option<&str>) -> mysql_async::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let options = OptsBuilder::default()
            .socket(Some(socket.to_string_lossy()))
            .user(Some(user))
            .pass(Some(password))
            .db_name(database);
        let connection = runtime.block_on(Conn::new(options))?;
        Ok(Self { runtime, connection })
    }

    pub fn try_run(&mut self, sql: &str, values: impl Into<Params> + Send) -> mysql_async::Result<Vec<Row>> {
        let values = values.into();
        self.runtime.block_on(async {
            if matches!(values, Params::Empty) {
                self.connection.query(sql).await
            } else {
                self.connection.exec(sql, values).await
            }
        })
    }

    pub fn run(&mut self, sql: &str) -> Vec<Row> {
        self.try_run(sql, ()).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    pub fn last_id(&self) -> u64 {
        self.connection.last_insert_id().unwrap_or_default()
    }

    pub fn id(&self) -> u32 {
        self.connection.id()
    }
}

pub struct MariaRepo {
    pub connection: MysqlConnection,
    pub sql: RefCell<Sql>,
}

impl MariaRepo {
    pub fn fill(&self, sql: &str) -> String {
        super::fill(sql, self.connection.prefix.as_str())
    }

    fn run(&self, sql: &str, values: impl Into<Params> + Send) -> Vec<Row> {
        self.sql.borrow_mut().try_run(&self.fill(sql), values).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Another connection to the database: an editor with a transaction of its own.
    pub fn editor(&self) -> Sql {
        let MysqlServer::Socket(socket) = &self.connection.server else {
            panic!("this repo is reached otherwise");
        };
        Sql::open(socket, "root", "", Some(&self.connection.database)).unwrap()
    }

    /// A store with its description changed.
    pub fn store_with(&self, change: impl FnOnce(&mut MysqlConnection)) -> MysqlStore {
        let mut connection = self.connection.clone();
        change(&mut connection);
        MysqlStore::new(connection)
    }
}

impl TestRepo for MariaRepo {
    type Store = MysqlStore;

    fn with_prefix(prefix: &str) -> Self {
        SHARED.repo(prefix)
    }

    fn store(&self) -> MysqlStore {
        MysqlStore::new(self.connection.clone())
    }

    fn store_with_prefix(&self, prefix: TablePrefix) -> MysqlStore {
        self.store_with(|connection| connection.prefix = prefix)
    }

    fn execute(&self, sql: &str) {
        self.run(sql, ());
    }

    fn change_as(&self, id: Option<u64>, entity: &str, info: &[u8]) -> u64 {
        self.run(
            "INSERT INTO {wb_changes} VALUES (?, 'wikibase-item~update', '20260131235959', ?, 8, 5, ?)",
            (id, entity, info),
        );
        id.unwrap_or_else(|| self.sql.borrow().last_id())
    }

    fn subscribe(&self, client: &str, entities: &[&str]) {
        for entity in entities {
            self.run(
                "INSERT INTO {wb_changes_subscription} (cs_entity_id, cs_subscriber_id) VALUES (?, ?)",
                (*entity, client),
            );
        }
    }

    fn set(&self, client: &str, assignment: &str) {
        self.run(&format!("UPDATE {{wb_changes_dispatch}} SET {assignment} WHERE chd_site = ?"), (client,));
    }

    fn seen(&self, client: &str) -> u64 {
        let rows = self.run("SELECT chd_seen FROM {wb_changes_dispatch} WHERE chd_site = ?", (client,));
        rows[0].get(0).unwrap()
    }

    fn lock(&self, client: &str) -> Option<String> {
        let rows = self.run("SELECT chd_lock FROM {wb_changes_dispatch} WHERE chd_site = ?", (client,));
        rows[0].get(0).unwrap()
    }
}

impl Drop for MariaRepo {
    fn drop(&mut self) {
        // A server that was stopped has nothing to drop.
        let _ = self.sql.get_mut().try_run(&format!("DROP DATABASE {}", self.connection.database), ());
    }
}

/// A repo with the states of these clients, and a store of it.
pub fn with_clients(repo: MariaRepo, clients: &[&str]) -> (MariaRepo, MysqlStore) {
    let mut store = repo.store();
    for client in clients {
        let domain = DatabaseDomain::parse(client).unwrap();
        store.insert_states(&[&Client { site: site(client), domain }]).unwrap();
    }
    (repo, store)
}
