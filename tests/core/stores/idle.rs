//! Connections that nobody uses are closed, by us or by the server, and made again (G12).

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::support::{MariaRepo, TestRepo};
use wikibase_dispatch::store::Clock;

fn sessions(repo: &MariaRepo) -> Vec<u64> {
    let sql = format!(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '{}' AND DB = '{}'",
        crate::support::mariadb::USER,
        repo.connection.database
    );
    repo.sql.borrow_mut().run(&sql).into_iter().map(|row| row.get(0).unwrap()).collect()
}

fn ends_within(repo: &MariaRepo, limit: Duration) -> bool {
    let start = Instant::now();
    while !sessions(repo).is_empty() {
        if start.elapsed() > limit {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

#[test]
fn g12_a_connection_in_use_is_kept_and_an_idle_one_is_replaced_before_its_next_use() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    store.keep_idle_for(Duration::from_millis(200));
    store.now().unwrap();
    let first = sessions(&repo);
    store.now().unwrap();
    assert_eq!(sessions(&repo), first);
    thread::sleep(Duration::from_millis(250));
    store.now().unwrap();
    // The server needs a moment to hear our goodbye.
    let start = Instant::now();
    while sessions(&repo).iter().any(|session| first.contains(session)) {
        assert!(start.elapsed() < Duration::from_secs(5), "the idle connection was used again");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(sessions(&repo).len(), 1);
}

#[test]
fn g12_an_idle_connection_whose_owner_never_comes_back_ends_by_itself() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    store.keep_idle_for(Duration::from_millis(100));
    store.now().unwrap();
    assert_eq!(sessions(&repo).len(), 1);
    assert!(ends_within(&repo, Duration::from_secs(5)));
    store.now().unwrap();
}

#[test]
fn g11_a_connection_with_a_lock_is_not_idle() {
    let repo = MariaRepo::new();
    let (mut holder, mut other) = (repo.store(), repo.store());
    holder.keep_idle_for(Duration::from_millis(200));
    assert!(holder.take_named_locks(&["idle-one"]).unwrap() == [true]);
    thread::sleep(Duration::from_millis(250));
    assert!(holder.take_named_locks(&["idle-two"]).unwrap() == [true]);
    assert!(other.take_named_locks(&["idle-one"]).unwrap() == [false], "it is held still");
    assert!(
        holder.release_named_locks(&["idle-one"]).unwrap() == [true]
            && holder.release_named_locks(&["idle-two"]).unwrap() == [true]
    );
}
