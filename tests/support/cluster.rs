//! A Galera cluster of two nodes on the loopback. Both take writes.

use std::fs;

use super::{
    MariaRepo,
    kind::is_galera,
    mariadb::{Server, Sql},
    replication::eventually,
};

pub struct Cluster {
    pub second: Server,
    pub first: Server,
}

impl Cluster {
    pub fn start() -> Self {
        assert!(is_galera(), "this takes a Galera server: tests/host/sql-server galera galera");
        let first = Server::start(&[]);
        first.stop("keep");
        let second = first.copy();
        // These are the first node's own.
        for own in ["galera.cache", "gvwstate.dat"] {
            let _ = fs::remove_file(second.folder().join("data").join(own));
        }
        first.run();
        let address: String = first.root().run("SELECT @@wsrep_node_address")[0].get(0).unwrap();
        let second = second.with_arguments(&[&format!("--wsrep-cluster-address=gcomm://{address}")]);
        second.run();
        let cluster = Self { second, first };
        eventually("both nodes are in the cluster", || {
            cluster.nodes().iter().all(|node| status(&mut node.root(), "wsrep_cluster_size") == "2")
                && cluster.nodes().iter().all(|node| status(&mut node.root(), "wsrep_ready") == "ON")
        });
        cluster
    }

    pub fn nodes(&self) -> [&Server; 2] {
        [&self.first, &self.second]
    }

    /// A repo, reached through the first node.
    pub fn repo(&self) -> MariaRepo {
        self.first.repo("")
    }

    /// A connection to the repo on the second node.
    pub fn sql_on_second(&self, repo: &MariaRepo) -> Sql {
        let open = || Sql::open(&self.second.socket(), "root", "", Some(&repo.connection.database));
        eventually("the second node has the repo", || open().is_ok());
        open().unwrap()
    }
}

/// A global status variable.
pub fn status(sql: &mut Sql, name: &str) -> String {
    sql.run(&format!("SHOW GLOBAL STATUS LIKE '{name}'"))[0].get(1).unwrap()
}
