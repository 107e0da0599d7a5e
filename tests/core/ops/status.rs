//! What the status tells of a MariaDB server on which something holds dispatching up, and what it costs to ask.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::support::{MariaRepo, PLAIN, TestRepo, edit::Edit, kind, mariadb::Server, settings};
use wikibase_dispatch::{
    domain::{
        client_status::Condition,
        health::{FarmStatus, Health, Reason},
        horizon::GapKind,
        settings::Settings,
        site::SiteId,
    },
    lock::{LockManager, NamedLocks, RedisLocks, RedisServer},
    ops::{self, Failures},
    store::{Clock, mysql::MysqlStore},
};

fn statements(server: &Server) -> u64 {
    server.root().run("SHOW GLOBAL STATUS LIKE 'Questions'")[0].get::<String, _>(1).unwrap().parse().unwrap()
}

fn read(store: &mut MysqlStore, locks: &mut dyn LockManager, settings: &Settings) -> FarmStatus {
    ops::read_status(store, locks, settings, &Failures::default()).unwrap()
}

fn verdict(status: &FarmStatus) -> (Health, Reason, Option<&str>) {
    status.verdict()
}

/// A repo whose clients all stand at different places, and have not been heard of for an hour; an edit is open.
fn statements_of_a_status(clients: u64, changes: u64) -> u64 {
    let server = Server::start(&[]);
    let repo = server.repo("");
    let names: Vec<String> = (1..=clients).map(|n| format!("wiki{n}")).collect();
    let settings = settings(&names.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    let mut store = repo.store();
    let mut locks = NamedLocks::new(store.connection().clone());
    ops::initialise(&mut store, &settings).unwrap();
    repo.execute(&format!(
        "INSERT INTO {{wb_changes}} (change_type, change_time, change_object_id, change_revision_id, change_user_id,
        change_info) SELECT 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{{}}' FROM {}",
        kind::rows(changes)
    ));
    repo.execute(
        "UPDATE {wb_changes_dispatch} SET chd_seen = CAST(SUBSTR(chd_site, 5) AS UNSIGNED),
        chd_touched = DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL 1 HOUR, '%Y%m%d%H%i%s')",
    );
    let edit = Edit::begin(&repo, "Q1");
    repo.change("Q1", PLAIN);
    let held = locks.try_lock(&lock("wiki1"), 1).unwrap().unwrap();
    store.now().unwrap();
    let before = statements(&server);
    let status = read(&mut store, &mut locks, &settings);
    let count = statements(&server) - before;
    assert_eq!(status.clients.len() as u64, clients);
    assert_eq!(status.waiting(), status.view.horizon.last.0 - 1);
    assert_eq!(status.clients[0].condition, Condition::LockHeld, "the lock is asked for");
    assert!(status.view.horizon.waits_for.is_some(), "the gap is");
    assert!(status.clients.iter().all(|client| client.is_stalled), "and so are the ages");
    locks.unlock(held).unwrap();
    edit.commit();
    count
}

fn lock(client: &str) -> wikibase_dispatch::domain::lock_name::LockName {
    let site = |text| SiteId::parse(text).unwrap();
    wikibase_dispatch::domain::lock_name::LockName::new(&site("repowiki"), &site(client))
}

#[test]
fn a_status_costs_a_bounded_number_of_statements_however_many_clients_and_changes_there_are() {
    let few = statements_of_a_status(10, 2_000);
    let many = statements_of_a_status(1_000, 20_000);
    let most = statements_of_a_status(2_500, 20_000);
    assert!(few <= 14, "{few} statements for 10 clients");
    // Three more for the places at which they stand, one that writes down how far all is settled.
    assert!(many <= few + 4, "{many} statements for 1,000 clients, {few} for 10");
    assert!(most <= many, "{most} statements for 2,500 clients, {many} for 1,000");
}

#[test]
fn g7_a_gap_is_told_with_its_ids_and_since_when_it_is_open() {
    let repo = MariaRepo::new();
    let settings = settings(&["frwiki"], &[("gapGrace", 0)]);
    let (mut store, mut locks) = (repo.store(), NamedLocks::new(repo.store().connection().clone()));
    ops::initialise(&mut store, &settings).unwrap();
    let before = repo.change("Q1", PLAIN);
    repo.set("frwiki", &format!("chd_seen = {before}"));
    let edit = Edit::begin(&repo, "Q1");
    let last = repo.change("Q1", PLAIN);
    let first_look = store.now().unwrap();
    let start = Instant::now();
    // A gap that is open for a moment is written down for others.
    while start.elapsed() < Duration::from_millis(1200) {
        read(&mut store, &mut locks, &settings);
        thread::yield_now();
    }
    // A process that has never looked.
    let mut other = repo.store();
    let status = read(&mut other, &mut locks, &settings);
    let gap = status.view.horizon.waits_for.unwrap();
    assert_eq!((gap.ids.first.0, gap.ids.last.0, gap.kind), (before + 1, before + 1, GapKind::InFlight));
    let since = gap.since.unwrap().0 / 1000;
    assert!(since.abs_diff(u64::try_from(first_look.unix()).unwrap()) <= 1, "since {since}, first look {first_look:?}");
    let client = &status.clients[0];
    assert_eq!((client.condition, client.pending, status.waiting()), (Condition::Gap, 0, last - before));
    assert_eq!(verdict(&status), (Health::Stuck, Reason::OpenGap, None), "it has had no pass, and the change is old");
    edit.roll_back();
    assert_eq!(read(&mut other, &mut locks, &settings).clients[0].condition, Condition::Due);
}

#[test]
fn g11_a_lock_server_that_is_down_does_not_keep_the_rest_from_being_told() {
    let repo = MariaRepo::new();
    let settings = settings(&["frwiki"], &[]);
    let mut store = repo.store();
    repo.change("Q1", PLAIN);
    ops::initialise(&mut store, &settings).unwrap();
    let nowhere = RedisServer::parse("/nowhere/redis.sock").unwrap();
    let mut locks = RedisLocks::new(vec![nowhere], None, Duration::from_millis(100), Duration::from_secs(60));
    assert!(locks.held_among(&[lock("frwiki")]).is_err());
    assert_eq!(verdict(&read(&mut store, &mut locks, &settings)), (Health::Stuck, Reason::NoRunner, None));
}
