//! What triggers, the job of an only client, and the report of the lag do while an edit in flight holds the horizon back (G7), on
//! MariaDB. How the horizon is found is in `gaps.rs`.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    MariaRepo, PLAIN, TestRepo,
    dispatching::{dispatch_client, farm, farm_of, trigger},
    edit::Edit,
    site,
};
use wikibase_dispatch::{domain::change::ChangeId, ops};

#[test]
fn g7_a_trigger_waits_for_an_edit_that_commits_soon_and_needs_no_successor() {
    let repo = MariaRepo::new();
    let settings = farm(&repo);
    let slow = Edit::begin(&repo, "Q1");
    let last = repo.change("Q1", PLAIN);
    let committing = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        slow.commit();
    });
    let outcome = trigger(&mut repo.store(), &settings);
    assert_eq!((outcome.horizon.0, outcome.waits_for_gap, outcome.due), (last, false, vec![site("enwiki")]));
    committing.join().unwrap();
}

#[test]
fn g7_a_trigger_that_meets_an_edit_that_does_not_end_waits_a_bounded_time_and_leaves_a_successor() {
    let repo = MariaRepo::new();
    let settings = farm(&repo);
    let slow = Edit::begin(&repo, "Q1");
    repo.change("Q1", PLAIN);
    let start = Instant::now();
    let outcome = trigger(&mut repo.store(), &settings);
    assert!(start.elapsed() >= settings.gap_grace && start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(outcome.waits_for_gap && outcome.due.is_empty() && outcome.look_again.is_some());
    slow.roll_back();
    let outcome = trigger(&mut repo.store(), &settings);
    assert_eq!((outcome.horizon.0, outcome.waits_for_gap), (2, false));
}

#[test]
fn g7_the_only_client_of_a_farm_waits_for_a_gap_itself() {
    let repo = MariaRepo::new();
    let settings = farm(&repo);
    Edit::begin(&repo, "Q1").roll_back();
    let last = repo.change("Q1", PLAIN);
    assert_eq!(dispatch_client(&mut repo.store(), &settings), [last]);
}

#[test]
fn g7_the_only_client_of_a_farm_leaves_a_successor_while_an_edit_stays_open_for_longer_than_it_waits() {
    let repo = MariaRepo::new();
    let settings = farm(&repo);
    let mut store = repo.store();
    let first = repo.change("Q1", PLAIN);
    let edit = Edit::begin(&repo, "Q1");
    let last = repo.change("Q1", PLAIN);
    assert_eq!(dispatch_client(&mut store, &settings), [first]);
    assert!(ops::needs_successor(&mut store, &settings, "enwiki").unwrap(), "after a pass");
    assert!(dispatch_client(&mut store, &settings).is_empty());
    assert!(ops::needs_successor(&mut store, &settings, "enwiki").unwrap(), "after no pass");
    edit.roll_back();
    assert!(ops::needs_successor(&mut store, &settings, "enwiki").unwrap(), "the edit has just ended");
    assert_eq!(dispatch_client(&mut store, &settings), [last]);
    assert!(!ops::needs_successor(&mut store, &settings, "enwiki").unwrap(), "everything was seen");
}

#[test]
fn a_client_that_is_disabled_or_not_alone_needs_no_successor_of_its_own() {
    let repo = MariaRepo::new();
    let settings = farm_of(&repo, &["enwiki", "dewiki"]);
    repo.change("Q1", PLAIN);
    assert!(!ops::needs_successor(&mut repo.store(), &settings, "enwiki").unwrap());
    let settings = crate::support::settings(&["enwiki"], &[]);
    assert!(ops::needs_successor(&mut repo.store(), &settings, "enwiki").unwrap());
    repo.set("enwiki", "chd_disabled = 1");
    assert!(!ops::needs_successor(&mut repo.store(), &settings, "enwiki").unwrap());
}

#[test]
fn what_an_edit_that_has_not_ended_keeps_back_counts_for_the_lag() {
    let repo = MariaRepo::new();
    let settings = farm(&repo);
    let slow = Edit::begin(&repo, "Q1");
    let kept_back = repo.change("Q1", PLAIN);
    repo.execute(&format!("UPDATE {{wb_changes}} SET change_time = '20260101000000' WHERE change_id = {kept_back}"));
    let report = ops::report_lag(&mut repo.store(), &settings).unwrap();
    let client = report.stalest().unwrap();
    assert_eq!((report.horizon, client.pending), (ChangeId(0), 0), "nothing can be dispatched");
    assert!(client.age >= Duration::from_secs(3600), "{:?}", client.age);
    slow.commit();
}
