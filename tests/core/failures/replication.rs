//! Two servers, a primary and a replica of it. What decides comes from the primary; what is read in bulk may come from the replica,
//! but only if it has everything up to the horizon, so that nothing is lost (G1) and nothing may be passed (G7). A replica that is of no use
//! costs little (G14).

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use crate::support::{
    MariaRepo, PLAIN, TestRepo, fresh,
    mariadb::with_clients,
    replication::{Pair, eventually, is_bulk_read, wait},
    settings, site,
};
use wikibase_dispatch::{
    domain::{change::ChangeId, claim::Token, horizon::GapRules, settings::Settings},
    ops,
    store::{
        ChangeBuffer, ReadLimit, Subscriptions,
        mysql::{MysqlConnection, MysqlServer, MysqlStore},
    },
};

const CLIENTS: [&str; 2] = ["enwiki", "idlewiki"];

fn numbers() -> Settings {
    settings(&CLIENTS, &[("dispatchDefaultBatchSize", 2), ("gapGrace", 0), ("dispatchDefaultDispatchInterval", 0)])
}

/// A pair and a repo on it, whose clients are initialised.
fn pair_with_repo() -> (Pair, MariaRepo) {
    let pair = Pair::start();
    let (repo, _) = with_clients(pair.repo(), &CLIENTS);
    (pair, repo)
}

/// Passes for enwiki until nothing is left; what they hand over.
fn deliver(store: &mut MysqlStore, settings: &Settings) -> Vec<u64> {
    let mut delivered = Vec::new();
    while let Some(pass) = fresh::begin(store, settings, "enwiki", Token(5)).unwrap() {
        delivered.extend(pass.batch.changes().iter().map(|change| change.id.0));
        ops::finish(store, settings, &pass).unwrap();
    }
    delivered
}

fn bulk_reads(pair: &Pair) -> usize {
    pair.heard().iter().filter(|statement| is_bulk_read(statement)).count()
}

#[test]
fn g7_a_replica_that_has_everything_is_read_in_bulk_and_is_asked_nothing_that_decides() {
    let (pair, repo) = pair_with_repo();
    repo.subscribe("enwiki", &["Q1"]);
    let mut editor = repo.editor();
    pair.listen();
    eventually("the replica is read by triggers and by passes", || {
        let due = repo.change("Q1", PLAIN);
        // A gap, so that everything is asked that the horizon can ask.
        editor.run("BEGIN");
        editor.run("INSERT INTO wb_changes VALUES (NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')");
        editor.run("ROLLBACK");
        repo.change("Q2", PLAIN);
        pair.wait_for_replica();
        let mut store = pair.store(&repo);
        fresh::trigger(&mut store, &numbers(), &mut fastrand::Rng::with_seed(1)).unwrap();
        assert_eq!(deliver(&mut store, &numbers()), [due]);
        let has_all = |statement: &String| is_bulk_read(statement) && statement.contains("wb_changes_subscription");
        pair.heard().iter().any(has_all)
    });
    for statement in pair.heard() {
        let set_up = ["SET SESSION ", "SELECT VERSION(), ", "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'"];
        let is_set_up = set_up.iter().any(|beginning| statement.starts_with(beginning));
        let is_question = statement.starts_with(&format!("SELECT {}(", wait()));
        assert!(is_bulk_read(&statement) || is_set_up || is_question, "{statement}");
    }
}

#[test]
fn g7_the_replica_is_asked_once_a_horizon_and_read_only_up_to_it() {
    let (pair, repo) = pair_with_repo();
    let mut store = pair.store(&repo);
    let questions = || pair.heard().iter().filter(|said| said.contains(wait())).count();
    let limit = ReadLimit { rows: 1, bytes: 1 };
    for _ in 0..5 {
        repo.change("Q1", PLAIN);
    }
    pair.wait_for_replica();
    pair.listen();
    store.read_changes(ChangeId(0), ChangeId(5), limit).unwrap();
    assert_eq!(pair.heard(), Vec::<String>::new(), "without a horizon");
    store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap();
    assert_eq!(pair.heard(), Vec::<String>::new(), "the horizon is the primary's");
    for after in 0..5 {
        assert_eq!(store.read_changes(ChangeId(after), ChangeId(5), limit).unwrap().reached, ChangeId(after + 1));
        store.each_subscriber(&["Q1"], &mut |_, _| {}).unwrap();
    }
    assert_eq!((questions(), bulk_reads(&pair)), (1, 10));
    store.read_changes(ChangeId(0), ChangeId(6), limit).unwrap();
    assert_eq!(bulk_reads(&pair), 10, "it was not asked about change 6");
    store.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap();
    store.read_changes(ChangeId(0), ChangeId(5), limit).unwrap();
    assert_eq!((questions(), bulk_reads(&pair)), (2, 11));
}

#[test]
fn g1_a_change_that_the_delayed_replica_lacks_is_delivered() {
    let (pair, repo) = pair_with_repo();
    repo.subscribe("enwiki", &["Q1"]);
    pair.wait_for_replica();
    pair.delay(3600);
    let due = [repo.change("Q1", PLAIN), repo.change("Q1", PLAIN)];
    pair.listen();
    let start = Instant::now();
    assert_eq!(deliver(&mut pair.store(&repo), &numbers()), due);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(bulk_reads(&pair), 0);
    let on_replica = pair.sql_on_replica(&repo).run("SELECT COUNT(*) FROM wb_changes");
    assert_eq!(on_replica[0].get::<u64, _>(0), Some(0), "the replica lacks them");
}

#[test]
fn g1_a_subscription_that_the_delayed_replica_lacks_is_honoured() {
    let (pair, repo) = pair_with_repo();
    let due = repo.change("Q1", PLAIN);
    pair.wait_for_replica();
    pair.delay(3600);
    repo.subscribe("enwiki", &["Q1"]);
    pair.listen();
    let mut sql = pair.sql_on_replica(&repo);
    let mut count = |table: &str| sql.run(&format!("SELECT COUNT(*) FROM {table}"))[0].get::<u64, _>(0).unwrap();
    assert_eq!((count("wb_changes"), count("wb_changes_subscription")), (1, 0), "it has the change alone");
    let mut store = pair.store(&repo);
    let trigger = fresh::trigger(&mut store, &numbers(), &mut fastrand::Rng::with_seed(1)).unwrap();
    assert_eq!(trigger.due, [site("enwiki")], "it is not fast-forwarded");
    assert_eq!(deliver(&mut store, &numbers()), [due]);
    assert_eq!(bulk_reads(&pair), 0);
}

#[test]
fn g1_a_replica_that_falls_behind_is_not_read_for_the_next_horizon() {
    let (pair, repo) = pair_with_repo();
    repo.subscribe("enwiki", &["Q1"]);
    pair.listen();
    let mut store = pair.store(&repo);
    let mut due = vec![repo.change("Q1", PLAIN)];
    pair.wait_for_replica();
    let mut delivered = deliver(&mut store, &numbers());
    pair.follow("STOP", "SQL_THREAD");
    let before = bulk_reads(&pair);
    assert!(before > 0, "it was read while it had everything");
    due.extend([repo.change("Q1", PLAIN), repo.change("Q1", PLAIN)]);
    delivered.extend(deliver(&mut store, &numbers()));
    assert_eq!((delivered, bulk_reads(&pair)), (due, before));
}

#[test]
fn g1_a_replica_of_a_server_that_does_not_write_down_what_it_does_is_never_read() {
    let (pair, repo) = pair_with_repo();
    repo.subscribe("enwiki", &["Q1"]);
    pair.wait_for_replica();
    let due = repo.change("Q1", PLAIN);
    let alone = crate::support::mariadb::Server::start(&[]);
    let unlogged = alone.repo("");
    unlogged.subscribe("enwiki", &["Q1"]);
    let change = unlogged.change("Q1", PLAIN);
    pair.listen();
    let mut store = MysqlStore::with_replicas(unlogged.connection.clone(), vec![pair.replica_of(&repo)]);
    assert_eq!((change, deliver(&mut store, &numbers())), (due, vec![due]));
    assert_eq!(pair.heard(), Vec::<String>::new());
}

#[test]
fn g1_a_replica_that_leaves_the_changes_out_is_not_read() {
    let (pair, repo) = pair_with_repo();
    pair.leave_out(&format!("{}.wb_changes", repo.connection.database));
    repo.subscribe("enwiki", &["Q1"]);
    let due = repo.change("Q1", PLAIN);
    pair.wait_for_replica();
    pair.listen();
    assert_eq!(deliver(&mut pair.store(&repo), &numbers()), [due]);
    assert_eq!(bulk_reads(&pair), 0);
}

/// Delivers with these replicas; how long that took.
fn deliver_beside(repo: &MariaRepo, replicas: Vec<MysqlConnection>) -> Duration {
    let due: Vec<u64> = (0..6).map(|_| repo.change("Q1", PLAIN)).collect();
    let mut store = MysqlStore::with_replicas(repo.connection.clone(), replicas);
    let start = Instant::now();
    assert_eq!(deliver(&mut store, &numbers()), due);
    start.elapsed()
}

#[test]
fn g14_a_replica_that_cannot_be_reached_costs_a_bounded_time_once_and_loses_nothing() {
    let (pair, repo) = pair_with_repo();
    repo.subscribe("enwiki", &["Q1"]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = |port: u16| MysqlConnection {
        server: MysqlServer::Tcp { host: "127.0.0.1".into(), port },
        ..repo.connection.clone()
    };
    // It lets in and says nothing: nothing is slower than that.
    let silent = deliver_beside(&repo, vec![at(listener.local_addr().unwrap().port())]);
    assert!(silent > Duration::from_millis(900) && silent < Duration::from_secs(3), "{silent:?}");
    drop(listener);
    let refusing = deliver_beside(&repo, vec![at(1)]);
    assert!(refusing < Duration::from_secs(1), "{refusing:?}");
    let mut stranger = pair.replica_of(&repo);
    stranger.user = "stranger".into();
    assert!(deliver_beside(&repo, vec![stranger]) < Duration::from_secs(1));
}

#[test]
fn g14_a_replica_that_fails_while_it_is_used_is_left_and_loses_nothing() {
    let (pair, repo) = pair_with_repo();
    repo.subscribe("enwiki", &["Q1"]);
    let mut store = pair.store(&repo);
    pair.listen();
    let first = repo.change("Q1", PLAIN);
    pair.wait_for_replica();
    assert_eq!(deliver(&mut store, &numbers()), [first]);
    assert!(bulk_reads(&pair) > 0, "it is connected");
    let due = repo.change("Q1", PLAIN);
    pair.replica.signal("STOP");
    let start = Instant::now();
    let delivered = deliver(&mut store, &numbers());
    let elapsed = start.elapsed();
    pair.replica.signal("CONT");
    assert_eq!(delivered, [due]);
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
    // It has everything, but what it has cannot be read.
    pair.wait_for_replica();
    pair.sql_on_replica(&repo).run("ALTER TABLE wb_changes_subscription RENAME TO elsewhere");
    assert!(deliver_beside(&repo, vec![pair.replica_of(&repo)]) < Duration::from_secs(2));
}

#[test]
fn g14_a_connection_to_the_replica_that_was_closed_meanwhile_is_made_again() {
    let (pair, repo) = pair_with_repo();
    repo.subscribe("enwiki", &["Q1"]);
    let mut store = pair.store(&repo);
    pair.listen();
    eventually("the replica is read again over a new connection", || {
        let due = [repo.change("Q1", PLAIN)];
        pair.wait_for_replica();
        let before = bulk_reads(&pair);
        assert_eq!(deliver(&mut store, &numbers()), due);
        let was_read = bulk_reads(&pair) > before;
        let mut root = pair.replica.root();
        let of_stores = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'runner'";
        let ids: Vec<u64> = root.run(of_stores).iter().map(|row| row.get(0).unwrap()).collect();
        let killed = ids.iter().filter(|id| root.try_run(&format!("KILL {id}"), ()).is_ok()).count();
        if !was_read || killed == 0 {
            store = pair.store(&repo);
            return false;
        }
        let due = [repo.change("Q1", PLAIN)];
        pair.wait_for_replica();
        let before = bulk_reads(&pair);
        assert_eq!(deliver(&mut store, &numbers()), due);
        bulk_reads(&pair) > before
    });
}

/// Whoever prunes waits for the replicas between two calls; what a call leaves to wait for is bounded, and none of it was decided on
/// a replica.
#[test]
fn g8_pruning_leaves_a_replica_one_batch_to_follow_and_asks_it_nothing() {
    let (pair, repo) = pair_with_repo();
    let settings = settings(&CLIENTS, &[("pruneGraceSeconds", 0)]);
    let mut replica = pair.sql_on_replica(&repo);
    let mut on_replica = || replica.run("SELECT COUNT(*) FROM wb_changes")[0].get::<u64, _>(0).unwrap();
    for _ in 0..600 {
        repo.change("Q1", PLAIN);
    }
    pair.wait_for_replica();
    pair.delay(3600);
    for client in CLIENTS {
        repo.set(client, "chd_seen = 600");
    }
    pair.listen();
    let mut store = pair.store(&repo);
    let outcome = ops::prune(&mut store, &settings, None).unwrap();
    assert_eq!(
        (outcome.deleted, outcome.is_more_left, on_replica()),
        (500, true, 600),
        "the replica knows of nothing yet"
    );
    pair.delay(0);
    pair.wait_for_replica();
    assert_eq!(on_replica(), 100);
    assert_eq!(ops::prune(&mut store, &settings, None).unwrap().deleted, 100);
    assert_eq!(pair.heard(), Vec::<String>::new());
}

#[test]
fn a_primary_that_logs_statements_takes_every_write() {
    let (pair, repo) = pair_with_repo();
    pair.primary.root().run("SET GLOBAL binlog_format = 'STATEMENT'");
    repo.subscribe("enwiki", &["Q1"]);
    let mut editor = repo.editor();
    let settings = settings(&["enwiki", "idlewiki", "newwiki"], &[("gapGrace", 0), ("pruneGraceSeconds", 0)]);
    let due = repo.change("Q1", PLAIN);
    // A gap, so that the horizon is asked about and written down, too.
    editor.run("BEGIN");
    editor.run("INSERT INTO wb_changes VALUES (NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')");
    editor.run("ROLLBACK");
    repo.change("Q2", PLAIN);
    let mut store = repo.store();
    let trigger = fresh::trigger(&mut store, &settings, &mut fastrand::Rng::with_seed(1)).unwrap();
    assert_eq!((trigger.due, trigger.fast_forwarded), (vec![site("enwiki")], 2));
    assert_eq!(deliver(&mut store, &settings), [due]);
    assert_eq!(ops::prune(&mut store, &settings, None).unwrap().deleted, 2);
    pair.wait_for_replica();
}
