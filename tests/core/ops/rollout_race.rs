//! Processes that change the rollout at the same time, on each store: one transaction comes after the other, and servers with different
//! configurations undo each other's switches without ever leaving what nobody can go on from.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use crate::support::{MariaRepo, PLAIN, SqliteRepo, TestRepo, domain, site};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        rollout::{AppliedRollout, RolloutState, Step, WantedRollout, WikibaseState},
        sent::AgainRules,
        site::Client,
    },
    ops::rollout::{begin, follow},
    store::{Store, TablePrefix, mysql::MysqlStore, sqlite::SqliteStore},
};

use RolloutState::{Off, On, Shadow};

const RULES: AgainRules = AgainRules { within: Duration::from_secs(600), give_up: Duration::from_secs(86_400) };

const CLIENTS: [&str; 3] = ["awiki", "bwiki", "cwiki"];

/// Has every thread make a connection of its own.
trait Connects<S>: Fn() -> S + Sync {}

impl<S, F: Fn() -> S + Sync> Connects<S> for F {}

fn of_sqlite(repo: &SqliteRepo) -> impl Connects<SqliteStore> {
    let path = repo.path();
    move || SqliteStore::open(&path, TablePrefix::default(), Duration::from_secs(30)).unwrap()
}

fn of_mariadb(repo: &MariaRepo) -> impl Connects<MysqlStore> {
    let connection = repo.connection.clone();
    move || MysqlStore::new(connection.clone())
}

#[test]
fn one_transaction_comes_after_the_other_on_sqlite() {
    let repo = SqliteRepo::new();
    count_up(of_sqlite(&repo));
}

#[test]
fn one_transaction_comes_after_the_other_on_mariadb() {
    let repo = MariaRepo::new();
    count_up(of_mariadb(&repo));
}

/// The first finds no row to lock.
fn count_up<S: Store>(connect: impl Connects<S>) {
    const THREADS: u64 = 4;
    const TIMES: u64 = 40;
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut store = connect();
                for _ in 0..TIMES {
                    let done = store.roll_out(&mut |facts| match facts.applied.wikibase {
                        None => vec![Step::PutWikibase(WikibaseState::Serving, ChangeId(1))],
                        Some((_, floor)) => vec![Step::RaiseFloor(ChangeId(floor.0 + 1))],
                    });
                    done.unwrap();
                }
            });
        }
    });
    assert_eq!(connect().rollout().unwrap().floor(), ChangeId(THREADS * TIMES));
}

#[test]
fn g1_servers_with_different_configurations_leave_nothing_half_done_on_sqlite() {
    let repo = SqliteRepo::new();
    repo.change("Q1", PLAIN);
    race(of_sqlite(&repo));
}

#[test]
fn g1_servers_with_different_configurations_leave_nothing_half_done_on_mariadb() {
    let repo = MariaRepo::new();
    repo.change("Q1", PLAIN);
    race(of_mariadb(&repo));
}

fn wanted(states: [RolloutState; 3]) -> WantedRollout {
    let client = |name| Client { site: site(name), domain: domain(name) };
    WantedRollout::new(CLIENTS.into_iter().map(client).zip(states))
}

fn race<S: Store>(connect: impl Connects<S>) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let servers: Vec<_> = [[On, On, On], [Off, Off, Off], [On, Shadow, Off], [Off, On, Shadow]]
            .into_iter()
            .map(|states| {
                let connect = &connect;
                scope.spawn(move || serve(&mut connect(), &wanted(states)))
            })
            .collect();
        let observer = scope.spawn(|| {
            let mut store = connect();
            while !is_over.load(Ordering::SeqCst) {
                check(&store.rollout().unwrap());
            }
        });
        for server in servers {
            server.join().unwrap();
        }
        is_over.store(true, Ordering::SeqCst);
        observer.join().unwrap();
    });
    let mut store = connect();
    for states in [[On, Shadow, Off], [Off, Off, Off], [On, On, On]] {
        serve(&mut store, &wanted(states));
        let begun = begin(&mut store, &wanted(states)).unwrap();
        assert_eq!((begun.changed, begun.leaving, begun.is_more_left), (None, Vec::new(), false));
    }
    assert!(store.all_states().unwrap().iter().all(|row| !row.disabled), "all are ours");
}

/// What triggers do. Clients see everything at once.
fn serve<S: Store>(store: &mut S, wanted: &WantedRollout) {
    for _ in 0..30 {
        let begun = begin(store, wanted).unwrap();
        for client in CLIENTS.map(site) {
            if let Some(row) = store.state(&client).unwrap() {
                store.seek(&client, row.seen, row.lock.as_deref(), ChangeId(1).max(row.seen), store.life()).unwrap();
            }
        }
        follow(store, wanted, &begun, ChangeId(1), RULES).unwrap();
    }
}

/// What holds after each transaction.
fn check(applied: &AppliedRollout) {
    match applied.state() {
        None | Some(WikibaseState::Idle) => assert!(applied.clients.is_empty(), "{applied:?}"),
        Some(WikibaseState::Starting) => {
            let mut positions = applied.leaving().map(|(_, position)| position);
            assert!(positions.all(|position| position.is_none()), "{applied:?}");
        }
        Some(WikibaseState::Serving) => {}
    }
    assert!(applied.floor() <= ChangeId(1));
}
