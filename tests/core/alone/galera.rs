//! G7 on a cluster whose nodes all take edits: no node sees what is open on another. Run by command, because it needs a Galera server:
//! `tests/host/sql-server galera galera`.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../../support/mod.rs"]
mod support;

use std::{
    thread,
    time::{Duration, Instant},
};

use support::{
    MariaRepo, PLAIN, TestRepo,
    cluster::{Cluster, status},
    dispatching::{deliver_until_quiet, dispatch},
    edit::edit_of_q1,
    mariadb::Sql,
    replication::eventually,
    settings,
};
use wikibase_dispatch::{
    domain::settings::Settings,
    lock::ClaimOnly,
    ops::{self, Failures},
};

const OPEN: Duration = Duration::from_secs(5);

fn insert(repo: &MariaRepo, sql: &mut Sql) -> u64 {
    sql.run(&edit_of_q1(repo));
    sql.last_id()
}

/// The client wants Q1, which has been edited once.
fn farm(numbers: &[(&str, i64)]) -> (Cluster, MariaRepo, Settings) {
    let cluster = Cluster::start();
    let repo = cluster.repo();
    let settings = settings(&["enwiki"], &[&[("gapGrace", 1)], numbers].concat());
    ops::initialise(&mut repo.store(), &settings).unwrap();
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    (cluster, repo, settings)
}

fn warnings(repo: &MariaRepo, settings: &Settings) -> Vec<&'static str> {
    let status = ops::read_status(&mut repo.store(), &mut ClaimOnly, settings, &Failures::default()).unwrap();
    status.warnings.iter().map(|warning| warning.code()).collect()
}

/// Leaves an edit open on the second node for five seconds while the first commits the next one, and dispatches all the time. Returns the
/// ids that were committed, and those that were delivered.
fn edit_on_both_nodes(cluster: &Cluster, repo: &MariaRepo, settings: &Settings) -> (Vec<u64>, Vec<u64>) {
    let (mut on_first, mut on_second) = (repo.editor(), cluster.sql_on_second(repo));
    let mut delivered = dispatch(&mut repo.store(), settings);
    on_second.run("BEGIN");
    let open = insert(repo, &mut on_second);
    // Each node gives out every second id.
    while insert(repo, &mut on_first) < open {}
    let start = Instant::now();
    while start.elapsed() < OPEN {
        delivered.extend(dispatch(&mut repo.store(), settings));
        thread::sleep(Duration::from_millis(50));
    }
    on_second.run("COMMIT");
    let last = insert(repo, &mut on_second);
    eventually("the first node has what the second wrote", || {
        !on_first.run(&format!("SELECT 1 FROM wb_changes WHERE change_id = {last}")).is_empty()
    });
    delivered.extend(deliver_until_quiet(repo, settings));
    let committed = on_first.run("SELECT change_id FROM wb_changes ORDER BY change_id");
    (committed.iter().map(|row| row.get(0).unwrap()).collect(), delivered)
}

#[test]
fn each_node_says_that_it_is_one_of_several_and_nothing_of_what_is_open_on_the_others() {
    let (cluster, repo, _) = farm(&[]);
    let mut offsets = Vec::new();
    for node in cluster.nodes() {
        let row = &node.root().run("SELECT @@wsrep_on, @@auto_increment_increment, @@auto_increment_offset")[0];
        assert_eq!((row.get::<u8, _>(0), row.get::<u8, _>(1)), (Some(1), Some(2)));
        assert_eq!(status(&mut node.root(), "wsrep_cluster_size"), "2");
        offsets.push(row.get::<u8, _>(2).unwrap());
    }
    offsets.sort_unstable();
    assert_eq!(offsets, [1, 2]);

    let mut on_second = cluster.sql_on_second(&repo);
    on_second.run("BEGIN");
    insert(&repo, &mut on_second);
    let mut on_first = repo.editor();
    on_first.run(
        "SELECT COUNT(change_user_id) FROM wb_changes WHERE change_id BETWEEN 1 AND 1000 LOCK IN SHARE MODE NOWAIT",
    );
    assert_eq!(status(&mut on_first, "Innodb_row_lock_current_waits"), "0");
    let writing = "SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_rows_modified > 0";
    assert_eq!(on_first.run(writing)[0].get::<u64, _>(0), Some(0));
}

#[test]
fn g7b_an_edit_that_was_open_on_another_node_is_delivered_although_nobody_has_said_how_long_edits_may_take() {
    let (cluster, repo, settings) = farm(&[]);
    let (committed, mut delivered) = edit_on_both_nodes(&cluster, &repo, &settings);
    delivered.sort_unstable();
    assert_eq!(delivered, committed, "each once");
}

#[test]
fn g7_the_status_of_a_cluster_says_unsafe_topology_until_it_is_said_how_long_edits_may_take() {
    let (cluster, repo, settings) = farm(&[]);
    let mut on_second = cluster.sql_on_second(&repo);
    insert(&repo, &mut on_second);
    assert_eq!(warnings(&repo, &settings), ["unsafe-topology"]);
    let settings = support::settings(&["enwiki"], &[("gapGrace", 1), ("longestTransaction", 10)]);
    assert_eq!(warnings(&repo, &settings), Vec::<&str>::new());
}

#[test]
fn g7_an_edit_that_is_open_on_another_node_is_not_passed_within_the_longest_time_that_an_edit_may_take() {
    let (cluster, repo, settings) = farm(&[("longestTransaction", 10)]);
    let (committed, delivered) = edit_on_both_nodes(&cluster, &repo, &settings);
    assert_eq!(delivered, committed, "in order, each once");
}
