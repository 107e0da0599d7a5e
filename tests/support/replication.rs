//! A primary and a replica of it, by GTIDs over the loopback.

use std::{
    thread,
    time::{Duration, Instant},
};

use mysql_async::Row;
use wikibase_dispatch::store::mysql::{MysqlConnection, MysqlServer, MysqlStore};

use super::{
    kind::{either, is_galera, is_mysql},
    mariadb::{MariaRepo, Server, Sql, USER},
};

pub struct Pair {
    pub primary: Server,
    pub replica: Server,
}

impl Pair {
    pub fn start() -> Self {
        let gtids: &[&str] = if is_mysql() { &["--gtid-mode=ON", "--enforce-gtid-consistency=ON"] } else { &[] };
        // Nodes of a cluster copy by themselves.
        let alone: &[&str] = if is_galera() { &["--wsrep-on=OFF", "--wsrep-provider=none"] } else { &[] };
        let server = |id: u32| {
            let id = format!("--server-id={id}");
            Server::start(&[&[&id, "--log-bin=binlog", "--binlog-format=ROW"], gtids, alone].concat())
        };
        let pair = Self { primary: server(1), replica: server(2) };
        // Each has made its users itself.
        let forget = either("RESET MASTER", "RESET BINARY LOGS AND GTIDS");
        pair.primary.root().run(forget);
        let mut replica = pair.replica.root();
        replica.run(forget);
        if !is_mysql() {
            replica.run("SET GLOBAL gtid_slave_pos = ''");
        }
        replica.run("SET GLOBAL read_only = 1");
        pair.primary.root().run("CREATE USER copier@127.0.0.1 IDENTIFIED BY 'copies'");
        pair.primary.root().run("GRANT REPLICATION SLAVE ON *.* TO copier@127.0.0.1");
        let source = either(
            "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_USER = 'copier', MASTER_PASSWORD = 'copies',
            MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1, MASTER_PORT =",
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_USER = 'copier', SOURCE_PASSWORD = 'copies',
            SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = 1, SOURCE_PORT =",
        );
        replica.run(&format!("{source} {}", pair.primary.port));
        pair.follow("START", "");
        pair
    }

    /// A repo on the primary; the replica has its tables, too.
    pub fn repo(&self) -> MariaRepo {
        let repo = self.primary.repo("");
        self.wait_for_replica();
        repo
    }

    /// From now on the replica is late.
    pub fn delay(&self, seconds: u32) {
        let delay = either("CHANGE MASTER TO MASTER_DELAY", "CHANGE REPLICATION SOURCE TO SOURCE_DELAY");
        self.follow("STOP", "");
        self.replica.root().run(&format!("{delay} = {seconds}"));
        self.follow("START", "");
    }

    /// Waits until the replica has everything.
    pub fn wait_for_replica(&self) {
        let position = either("@@GLOBAL.gtid_binlog_pos", "@@GLOBAL.gtid_executed");
        let position: String = only(self.primary.root().run(&format!("SELECT {position}")));
        let waited: i64 = only(self.replica.root().run(&format!("SELECT {}('{position}', 30)", wait())));
        let state = || format!("{:?}", self.replica.root().run(&format!("SHOW {} STATUS", replica())));
        assert_eq!(waited, 0, "the replica does not follow: {}", state());
    }

    /// The old primary takes no more writes; the replica has them all, and takes the next.
    pub fn fail_over(&self) {
        self.primary.root().run("SET GLOBAL read_only = 1");
        self.wait_for_replica();
        self.follow("STOP", "");
        self.promote();
    }

    /// The replica, which was stopped, takes writes from now on.
    pub fn promote(&self) {
        self.follow("RESET", "ALL");
        self.replica.root().run("SET GLOBAL read_only = 0");
    }

    /// START, STOP or RESET of the replica's following.
    pub fn follow(&self, verb: &str, more: &str) {
        self.replica.root().run(&format!("{verb} {} {more}", replica()));
    }

    /// From now on the replica leaves this table out.
    pub fn leave_out(&self, table: &str) {
        self.follow("STOP", "");
        self.replica.root().run(&match is_mysql() {
            true => format!("CHANGE REPLICATION FILTER REPLICATE_IGNORE_TABLE = ({table})"),
            false => format!("SET GLOBAL replicate_ignore_table = '{table}'"),
        });
        self.follow("START", "");
    }

    /// How the replica is reached.
    pub fn replica_of(&self, repo: &MariaRepo) -> MysqlConnection {
        MysqlConnection { server: MysqlServer::Socket(self.replica.socket()), ..repo.connection.clone() }
    }

    pub fn store(&self, repo: &MariaRepo) -> MysqlStore {
        MysqlStore::with_replicas(repo.connection.clone(), vec![self.replica_of(repo)])
    }

    /// A connection of the tests' to the repo on the replica.
    pub fn sql_on_replica(&self, repo: &MariaRepo) -> Sql {
        Sql::open(&self.replica.socket(), "root", "", Some(&repo.connection.database)).unwrap()
    }

    /// From now on the replica writes down every statement.
    pub fn listen(&self) {
        let mut replica = self.replica.root();
        replica.run("SET GLOBAL log_output = 'TABLE'");
        replica.run("SET GLOBAL general_log = 1");
    }

    /// What stores said to the replica since it listens, in one line each.
    pub fn heard(&self) -> Vec<String> {
        let said = format!(
            "SELECT CAST(argument AS CHAR) FROM mysql.general_log
            WHERE user_host LIKE '{USER}[%' AND command_type IN ('Query', 'Execute')"
        );
        let rows = self.replica.root().run(&said);
        let line = |row: &Row| row.get::<String, _>(0).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        rows.iter().map(line).collect()
    }
}

/// What each calls a server that follows another one.
fn replica() -> &'static str {
    either("SLAVE", "REPLICA")
}

/// The function by which a replica waits for a position.
pub fn wait() -> &'static str {
    either("MASTER_GTID_WAIT", "WAIT_FOR_EXECUTED_GTID_SET")
}

/// What a statement asks for in bulk: changes, or subscriptions.
pub fn is_bulk_read(statement: &str) -> bool {
    statement.starts_with("SELECT change_id, change_type,") || statement.starts_with("SELECT cs_entity_id")
}

fn only<T: mysql_async::prelude::FromValue>(rows: Vec<Row>) -> T {
    rows[0].get(0).unwrap()
}

/// Does it again until it succeeds.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < patience, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
