//! What every lock manager promises (G11), on real servers; and that a pass under a lock holds to it, whatever the server does.

use std::time::{Duration, Instant};

use crate::support::{
    MariaRepo, PLAIN, SqliteRepo as Repo, TestRepo, fresh, redis_server::RedisProcess, settings, site,
};
use wikibase_dispatch::{
    domain::{claim::Token, lock_name::LockName},
    error::{ErrorKind, Result},
    lock::{ClaimOnly, LockManager, NamedLocks, RedisLocks, RedisServer, Secret},
    ops::LockedPass,
};

const PASSWORD: &str = "canary-password";

fn redis(servers: &[&RedisProcess], ttl: Duration) -> RedisLocks {
    let servers = servers.iter().map(|server| RedisServer::Socket(server.socket())).collect();
    RedisLocks::new(servers, Some(Secret::new(PASSWORD)), Duration::from_millis(500), ttl)
}

fn named(repo: &MariaRepo) -> NamedLocks {
    NamedLocks::new(repo.store().connection().clone())
}

fn name(client: &str) -> LockName {
    LockName::new(&site("repowiki"), &site(client))
}

fn is_claimed(begun: Result<Option<LockedPass>>) -> bool {
    matches!(begun, Err(error) if error.kind() == ErrorKind::ClientClaimed)
}

/// The promises that managers with a server behind them share.
fn keeps_others_out(first: &mut dyn LockManager, second: &mut dyn LockManager) {
    // Other tests take locks of repowiki's clients on the same server.
    let name = |client| LockName::new(&site("lockrepo"), &site(client));
    let held = first.try_lock(&name("enwiki"), 1).unwrap().expect("it is free");
    assert!(second.try_lock(&name("enwiki"), 2).unwrap().is_none(), "it is held");
    assert!(second.try_lock(&name("dewiki"), 2).unwrap().is_some(), "another lock is another lock");
    let three = [name("enwiki"), name("nowiki"), name("dewiki")];
    assert_eq!(first.held_among(&three).unwrap(), [true, false, true], "held by any process");
    assert!(first.held_among(&[]).unwrap().is_empty());
    first.unlock(held).unwrap();
    assert_eq!(first.held_among(&three[..1]).unwrap(), [false]);
    let held = second.try_lock(&name("enwiki"), 2).unwrap().expect("it was given back");
    second.unlock(held).unwrap();
}

#[test]
fn g11_a_redis_lock_keeps_others_out_until_it_is_given_back() {
    let server = RedisProcess::start(PASSWORD);
    keeps_others_out(&mut redis(&[&server], Duration::from_secs(60)), &mut redis(&[&server], Duration::from_secs(60)));
}

// Names are the server's, and tests share one: each has clients of its own.

#[test]
fn g11_a_named_lock_keeps_others_out_until_it_is_given_back() {
    let repo = MariaRepo::new();
    keeps_others_out(&mut named(&repo), &mut named(&repo));
}

#[test]
fn g11_a_named_lock_has_the_name_under_which_an_older_dispatcher_takes_it() {
    let repo = MariaRepo::new();
    let mut other = repo.editor();
    other.run("SELECT GET_LOCK('Wikibase.repowiki.dispatchChanges.svwiki', 0)");
    assert!(named(&repo).try_lock(&name("svwiki"), 1).unwrap().is_none());
    // One name is too long for a lock, and stands there as its hash, by PHP's sha1().
    let long = LockName::new(&site(&"r".repeat(32)), &site(&"c".repeat(32)));
    other.run("SELECT GET_LOCK('882572ac2b1308ea6911ed65763e81d93abd30c1', 0)");
    assert!(named(&repo).try_lock(&long, 1).unwrap().is_none());
}

#[test]
fn g11_a_named_lock_ends_with_its_connection_and_the_claim_still_decides() {
    let repo = MariaRepo::new();
    let settings = settings(&["frwiki"], &[]);
    repo.subscribe("frwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    let (mut store, mut ours) = (repo.store(), named(&repo));
    let mut pass = fresh::begin_locked(&mut store, &mut ours, &settings, "frwiki", Token(1)).unwrap().unwrap();
    drop(ours);
    // The lock is free now, but the claim is not.
    let mut others = named(&repo);
    assert!(is_claimed(fresh::begin_locked(&mut repo.store(), &mut others, &settings, "frwiki", Token(2))));
    pass.finish(&mut store, &mut others, &settings).unwrap();
    assert_eq!(repo.seen("frwiki"), 1);
}

#[test]
fn g11_a_redis_lock_of_a_dead_owner_ends_by_itself() {
    let server = RedisProcess::start(PASSWORD);
    let mut dead = redis(&[&server], Duration::from_millis(100));
    let held = dead.try_lock(&name("enwiki"), 1).unwrap().unwrap();
    let mut heir = redis(&[&server], Duration::from_secs(60));
    let deadline = Instant::now() + Duration::from_secs(10);
    let taken = loop {
        if let Some(taken) = heir.try_lock(&name("enwiki"), 2).unwrap() {
            break taken;
        }
        assert!(Instant::now() < deadline, "the lock never ended");
    };
    dead.unlock(held).unwrap();
    assert!(dead.try_lock(&name("enwiki"), 3).unwrap().is_none(), "only the owner gives a lock back");
    heir.unlock(taken).unwrap();
}

#[test]
fn g11_of_three_redis_servers_two_decide() {
    let (one, two, mut three) =
        (RedisProcess::start(PASSWORD), RedisProcess::start(PASSWORD), RedisProcess::start(PASSWORD));
    let mut first = redis(&[&one, &two, &three], Duration::from_secs(60));
    let mut second = redis(&[&one, &two, &three], Duration::from_secs(60));
    three.kill();
    keeps_others_out(&mut first, &mut second);
    drop(two);
    assert_eq!(first.try_lock(&name("enwiki"), 1).unwrap_err().kind(), ErrorKind::LockUnavailable);
}

#[test]
fn g14_a_redis_server_that_is_gone_is_worth_a_retry_and_works_again_when_it_is_back() {
    let mut server = RedisProcess::start(PASSWORD);
    let mut locks = redis(&[&server], Duration::from_secs(60));
    let lost = locks.try_lock(&name("enwiki"), 1).unwrap().unwrap();
    server.kill();
    let error = locks.try_lock(&name("dewiki"), 1).unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert!(error.to_string().contains("Wikibase.repowiki.dispatchChanges.dewiki"), "{error}");
    assert!(locks.unlock(lost).is_err());
    server.start_again();
    assert!(locks.try_lock(&name("enwiki"), 1).unwrap().is_some());
}

#[test]
fn g13_a_wrong_password_is_not_repeated_in_the_error() {
    let server = RedisProcess::start(PASSWORD);
    let mut locks = RedisLocks::new(
        vec![RedisServer::Socket(server.socket())],
        Some(Secret::new("wrong-canary")),
        Duration::from_millis(500),
        Duration::from_secs(60),
    );
    let error = locks.try_lock(&name("enwiki"), 1).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
}

#[test]
fn a_pass_holds_the_lock_from_before_the_claim_until_it_is_over() {
    let server = RedisProcess::start(PASSWORD);
    let (repo, settings) = (Repo::new(), settings(&["enwiki"], &[]));
    repo.change("Q1", PLAIN);
    let (mut store, mut ours) = (repo.store(), redis(&[&server], Duration::from_secs(60)));
    let mut others = redis(&[&server], Duration::from_secs(60));

    let held = others.try_lock(&name("enwiki"), 9).unwrap().unwrap();
    assert!(is_claimed(fresh::begin_locked(&mut store, &mut ours, &settings, "enwiki", Token(1))));
    others.unlock(held).unwrap();

    let mut pass = fresh::begin_locked(&mut store, &mut ours, &settings, "enwiki", Token(1)).unwrap().unwrap();
    assert!(others.try_lock(&name("enwiki"), 9).unwrap().is_none());
    pass.finish(&mut store, &mut ours, &settings).unwrap();
    assert!(others.try_lock(&name("enwiki"), 9).unwrap().is_some());
}

#[test]
fn a_pass_that_is_not_begun_leaves_no_lock() {
    let server = RedisProcess::start(PASSWORD);
    let (repo, settings) = (Repo::new(), settings(&["enwiki"], &[]));
    let (mut store, mut ours) = (repo.store(), redis(&[&server], Duration::from_secs(60)));
    assert!(fresh::begin_locked(&mut store, &mut ours, &settings, "enwiki", Token(1)).unwrap().is_none());
    let mut others = redis(&[&server], Duration::from_secs(60));
    assert!(others.try_lock(&name("enwiki"), 9).unwrap().is_some(), "nothing was pending, so nothing is locked");
}

#[test]
fn g4_g11_a_lock_server_lost_in_the_middle_loses_no_change_and_the_claim_still_decides() {
    let mut server = RedisProcess::start(PASSWORD);
    let (repo, settings) = (Repo::new(), settings(&["enwiki"], &[]));
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    let (mut store, mut ours) = (repo.store(), redis(&[&server], Duration::from_secs(60)));
    let mut pass = fresh::begin_locked(&mut store, &mut ours, &settings, "enwiki", Token(1)).unwrap().unwrap();
    server.kill();
    server.start_again();
    // The lock is free now, but the claim is not.
    let mut second = redis(&[&server], Duration::from_secs(60));
    assert!(is_claimed(fresh::begin_locked(&mut repo.store(), &mut second, &settings, "enwiki", Token(2))));
    server.kill();
    pass.finish(&mut store, &mut ours, &settings).unwrap();
    assert_eq!(repo.seen("enwiki"), 1);
}

#[test]
fn without_a_lock_manager_the_claim_decides_alone() {
    let (repo, settings) = (Repo::new(), settings(&["enwiki"], &[]));
    repo.change("Q1", PLAIN);
    let mut store = repo.store();
    let mut pass = fresh::begin_locked(&mut store, &mut ClaimOnly, &settings, "enwiki", Token(1)).unwrap().unwrap();
    assert!(is_claimed(fresh::begin_locked(&mut repo.store(), &mut ClaimOnly, &settings, "enwiki", Token(2))));
    pass.release(&mut store, &mut ClaimOnly).unwrap();
    assert_eq!(repo.lock("enwiki"), None);
}
