//! An admin sets a client to another place: only where nobody works for it, and never behind what can still commit.

use crate::support::{
    MariaRepo, PLAIN, SqliteRepo as Repo, TestRepo, edit::Edit, fresh, linking, refused, settings, site,
};
use wikibase_dispatch::{
    domain::{change::ChangeId, claim::Token, lock_name::LockName, settings::Settings},
    error::{ErrorKind, Result},
    lock::{ClaimOnly, LockManager, NamedLocks},
    ops,
    store::Store,
};

/// A repo with ten changes of Q1, to which enwiki is subscribed.
fn farm<R: TestRepo>(numbers: &[(&str, i64)]) -> (R, R::Store, Settings) {
    let (repo, settings) = (R::new(), settings(&["enwiki"], numbers));
    let mut store = repo.store();
    ops::initialise(&mut store, &settings).unwrap();
    repo.subscribe("enwiki", &["Q1"]);
    for _ in 0..10 {
        repo.change("Q1", PLAIN);
    }
    (repo, store, settings)
}

fn seek(store: &mut impl Store, settings: &Settings, from: u64, to: u64) -> Result<bool> {
    ops::seek(store, &mut ClaimOnly, settings, "enwiki", ChangeId(from), ChangeId(to), Token(9))
}

fn delivered(store: &mut impl Store, settings: &Settings) -> Vec<u64> {
    let mut ids = Vec::new();
    while let Some(pass) = fresh::begin(store, settings, "enwiki", Token(7)).unwrap() {
        ids.extend(pass.batch.changes().iter().map(|change| change.id.0));
        ops::finish(store, settings, &pass).unwrap();
    }
    ids
}

#[test]
fn changes_between_are_skipped_forwards_and_repeated_backwards() {
    let (_repo, mut store, settings) = farm::<Repo>(&[]);
    assert!(seek(&mut store, &settings, 0, 7).unwrap());
    assert_eq!(delivered(&mut store, &settings), [8, 9, 10]);
    assert!(seek(&mut store, &settings, 10, 8).unwrap());
    assert_eq!(delivered(&mut store, &settings), [9, 10]);
}

#[test]
fn g4_a_client_that_was_moved_meanwhile_stays_where_it_is() {
    let (repo, mut store, settings) = farm::<Repo>(&[]);
    repo.set("enwiki", "chd_seen = 5");
    assert!(!seek(&mut store, &settings, 4, 2).unwrap());
    assert_eq!(repo.seen("enwiki"), 5);
}

#[test]
fn g4_no_client_is_moved_under_a_pass() {
    let (repo, mut store, settings) = farm::<Repo>(&[]);
    let pass = fresh::begin(&mut store, &settings, "enwiki", Token(1)).unwrap().unwrap();
    refused(seek(&mut store, &settings, 0, 7), ErrorKind::ClientClaimed, "cannot set enwiki to position 7");
    ops::finish(&mut store, &settings, &pass).unwrap();
    assert_eq!(repo.seen("enwiki"), 10);
}

#[test]
fn a_dead_runners_claim_and_a_rest_after_failures_do_not_stand_in_the_way() {
    let (repo, mut store, settings) = farm::<Repo>(&[]);
    for lock in ["wd1c:0000000000000001:1000:10:0", "wd1r:4000000000:10:3"] {
        repo.set("enwiki", &format!("chd_seen = 3, chd_lock = '{lock}'"));
        assert!(seek(&mut store, &settings, 3, 6).unwrap(), "{lock}");
        assert_eq!((repo.seen("enwiki"), repo.lock("enwiki")), (6, None));
    }
}

#[test]
fn g7_no_client_is_set_behind_an_edit_that_can_still_commit() {
    let (repo, mut store, settings) = farm::<MariaRepo>(&[("gapGrace", 60)]);
    let slow = Edit::begin(&repo, "Q1");
    repo.change("Q1", PLAIN);
    refused(seek(&mut store, &settings, 0, 12), ErrorKind::BeyondHorizon, "no change behind 10 is settled");
    assert!(seek(&mut store, &settings, 0, 10).unwrap());
    slow.commit();
    assert_eq!(delivered(&mut store, &settings), [11, 12]);
}

#[test]
fn g11_the_lock_of_an_older_dispatcher_is_respected() {
    let (repo, mut store, settings) = farm::<MariaRepo>(&[]);
    let mut other = NamedLocks::new(repo.store().connection().clone());
    let held = other.try_lock(&LockName::new(&site("repowiki"), &site("enwiki")), 1).unwrap().expect("it is free");
    let mut locks = NamedLocks::new(repo.store().connection().clone());
    let mut seek = || ops::seek(&mut store, &mut locks, &settings, "enwiki", ChangeId(0), ChangeId(5), Token(9));
    refused(
        seek(),
        ErrorKind::ClientClaimed,
        "another process holds the lock Wikibase.repowiki.dispatchChanges.enwiki",
    );
    let who = |locks: &mut NamedLocks| ops::held_lock(locks, &settings, "enwiki").unwrap().map(|name| name.to_string());
    assert_eq!(who(&mut other).as_deref(), Some("Wikibase.repowiki.dispatchChanges.enwiki"));
    other.unlock(held).unwrap();
    assert_eq!(who(&mut other), None);
    assert!(seek().unwrap());
    assert!(seek().is_ok(), "the lock was given back");
}

#[test]
fn an_unknown_client_is_refused_by_name() {
    let (_repo, mut store, settings) = farm::<Repo>(&[]);
    let seek = ops::seek(&mut store, &mut ClaimOnly, &settings, "nowiki", ChangeId(0), ChangeId(5), Token(9));
    refused(seek, ErrorKind::UnknownClient, "\"nowiki\"");
}

#[test]
fn skipped_changes_are_counted_by_the_rule_of_the_passes() {
    let (repo, mut store, settings) = farm::<Repo>(&[("dispatchDefaultBatchSize", 2), ("dispatchBatchChunkFactor", 1)]);
    repo.change("Q2", PLAIN);
    repo.change("Q2", &linking("enwiki"));
    let mut count = |after, upto| {
        let found = ops::count_relevant(&mut store, &settings, "enwiki", ChangeId(after), ChangeId(upto)).unwrap();
        (found.changes, found.relevant)
    };
    assert_eq!(count(0, 12), (12, 11));
    assert_eq!(count(9, 11), (2, 1));
    assert_eq!(count(11, 99), (1, 1), "nothing behind the horizon is counted");
    assert_eq!(count(12, 3), (0, 0));
}
