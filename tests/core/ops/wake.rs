//! An admin ends a client's rest after failures.

use crate::support::{PLAIN, SqliteRepo as Repo, TestRepo, fresh, refused, settings};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        claim::{Lock, Token},
    },
    error::ErrorKind,
    ops::{self, Woken},
    store::Clock,
};

#[test]
fn a_rest_ends_and_what_the_failed_pass_had_pushed_is_pushed_again() {
    let (repo, settings) = (Repo::new(), settings(&["enwiki"], &[]));
    let mut store = repo.store();
    ops::initialise(&mut store, &settings).unwrap();
    repo.subscribe("enwiki", &["Q1"]);
    repo.change("Q1", PLAIN);
    let wake = |repo: &Repo| ops::wake(&mut repo.store(), &settings, "enwiki");
    assert_eq!(wake(&repo).unwrap(), Woken::Already, "it does not rest");

    let pass = fresh::begin(&mut store, &settings, "enwiki", Token(1)).unwrap().unwrap();
    assert_eq!(wake(&repo).unwrap(), Woken::Claimed);
    ops::abandon(&mut store, &pass).unwrap();
    let until = store.now().unwrap().unix() + 200;
    repo.set("enwiki", &format!("chd_lock = 'wd1r:{until}:1:3'"));
    refused(fresh::begin(&mut store, &settings, "enwiki", Token(2)), ErrorKind::ClientResting, "enwiki");
    assert_eq!(wake(&repo).unwrap(), Woken::Done);
    let lock = Lock::parse(repo.lock("enwiki").as_deref());
    assert_eq!((lock.failures(), lock.intended_end()), (3, Some(ChangeId(1))), "what is known of it is kept");
    assert_eq!(wake(&repo).unwrap(), Woken::Already, "it is over");
    assert!(fresh::begin(&mut store, &settings, "enwiki", Token(3)).unwrap().unwrap().is_repeat);
}

#[test]
fn a_client_that_is_disabled_or_unknown_is_not_woken() {
    let (repo, settings) = (Repo::new(), settings(&["enwiki"], &[]));
    let mut store = repo.store();
    ops::initialise(&mut store, &settings).unwrap();
    repo.set("enwiki", "chd_disabled = 1, chd_lock = 'wd1r:4000000000:1:3'");
    assert_eq!(ops::wake(&mut store, &settings, "enwiki").unwrap(), Woken::Disabled);
    refused(ops::wake(&mut store, &settings, "nowiki"), ErrorKind::UnknownClient, "\"nowiki\"");
}
