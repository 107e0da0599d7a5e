//! What goes from the change buffer, and what stays (G8), over real databases.

use std::time::Duration;

use crate::support::{
    MariaRepo, PLAIN, SqliteRepo, TestRepo,
    failing_store::{Ahead, FailingStore, Fate},
    fresh, settings, site,
};
use wikibase_dispatch::{
    domain::{change::ChangeId, claim::Token, settings::Settings},
    ops::{self, PruneOutcome},
    store::{Clock, Ledger, Store},
};

/// Nothing is kept for its age, and what all have seen goes at once.
const AT_ONCE: [(&str, i64); 2] = [("pruneGraceSeconds", 0), ("pruneKeepSeconds", 0)];

fn clients<R: TestRepo>(clients: &[&str], numbers: &[(&str, i64)]) -> (R, R::Store, Settings) {
    let (repo, settings) = (R::new(), settings(clients, numbers));
    let mut store = repo.store();
    ops::initialise(&mut store, &settings).unwrap();
    (repo, store, settings)
}

fn on_sqlite(names: &[&str], numbers: &[(&str, i64)]) -> (SqliteRepo, impl Store + use<>, Settings) {
    clients::<SqliteRepo>(names, numbers)
}

fn write(repo: &impl TestRepo, count: usize) {
    for _ in 0..count {
        repo.change("Q1", PLAIN);
    }
}

fn prune(store: &mut impl Store, settings: &Settings) -> PruneOutcome {
    ops::prune(store, settings, None).unwrap()
}

/// Ids of the changes that are there.
fn left(store: &mut impl Store) -> Vec<u64> {
    let changes = store.oldest_changes(ChangeId(u64::from(u32::MAX)), 100_000).unwrap();
    changes.into_iter().map(|(id, _)| id.0).collect()
}

#[test]
fn g8_a_change_goes_when_the_last_client_has_seen_it() {
    let (repo, mut store, settings) = on_sqlite(&["dewiki", "enwiki"], &AT_ONCE);
    write(&repo, 5);
    repo.set("dewiki", "chd_seen = 5");
    repo.set("enwiki", "chd_seen = 3");
    let outcome = prune(&mut store, &settings);
    assert_eq!((outcome.deleted, outcome.cutoff, outcome.is_more_left), (3, ChangeId(3), false));
    assert_eq!(left(&mut store), [4, 5]);
}

#[test]
fn g8_nothing_goes_while_a_client_is_refused_for_its_configuration() {
    let (repo, mut store, mut settings) = on_sqlite(&["dewiki"], &AT_ONCE);
    write(&repo, 5);
    repo.set("dewiki", "chd_seen = 5");
    settings.refused = vec!["entry 3".into()];
    assert_eq!((prune(&mut store, &settings).deleted, left(&mut store).len()), (0, 5));
    settings.refused.clear();
    assert_eq!(prune(&mut store, &settings).deleted, 5);
}

#[test]
fn g8_nothing_goes_behind_a_limit_although_every_client_has_seen_it() {
    let (repo, mut store, settings) = on_sqlite(&["enwiki"], &AT_ONCE);
    write(&repo, 5);
    repo.set("enwiki", "chd_seen = 4");
    assert_eq!(ops::prune(&mut store, &settings, Some(ChangeId(2))).unwrap().cutoff, ChangeId(2));
    assert_eq!(left(&mut store), [3, 4, 5]);
    assert_eq!(ops::prune(&mut store, &settings, Some(ChangeId(9))).unwrap().deleted, 2);
    assert_eq!(left(&mut store), [5]);
}

#[test]
fn g8_nothing_goes_on_a_wiki_whose_clients_have_seen_nothing_yet() {
    let (repo, mut store, settings) = on_sqlite(&["dewiki", "enwiki"], &AT_ONCE);
    write(&repo, 3);
    repo.set("dewiki", "chd_seen = 3");
    assert_eq!(prune(&mut store, &settings).deleted, 0);
    assert_eq!(left(&mut store).len(), 3);
}

#[test]
fn g8_a_disabled_client_does_not_hold_back_pruning() {
    let (repo, mut store, settings) = on_sqlite(&["dewiki", "enwiki"], &AT_ONCE);
    write(&repo, 3);
    repo.set("dewiki", "chd_seen = 3");
    repo.set("enwiki", "chd_disabled = 1");
    assert_eq!(prune(&mut store, &settings).deleted, 3);
}

#[test]
fn g8_nothing_goes_when_every_client_is_disabled() {
    let (repo, mut store, settings) = on_sqlite(&["enwiki"], &AT_ONCE);
    write(&repo, 3);
    repo.set("enwiki", "chd_seen = 3, chd_disabled = 1");
    assert_eq!(prune(&mut store, &settings).deleted, 0);
}

#[test]
fn g8_a_client_that_was_never_initialised_holds_back_everything_and_is_named() {
    let (repo, mut store, _) = on_sqlite(&["enwiki"], &AT_ONCE);
    write(&repo, 3);
    repo.set("enwiki", "chd_seen = 3");
    let outcome = prune(&mut store, &settings(&["enwiki", "newwiki"], &AT_ONCE));
    assert_eq!((outcome.deleted, outcome.uninitialised), (0, vec![site("newwiki")]));
}

#[test]
fn g8_a_client_that_vanished_from_the_settings_holds_back_for_three_days_and_is_named() {
    let (repo, mut store, _) = on_sqlite(&["enwiki", "gonewiki"], &AT_ONCE);
    write(&repo, 3);
    repo.set("enwiki", "chd_seen = 3");
    let settings = settings(&["enwiki"], &AT_ONCE);
    let mut vanished_since = |seconds: u64| {
        let touched = store.now().unwrap().minus(Duration::from_secs(seconds));
        repo.set("gonewiki", &format!("chd_seen = 1, chd_touched = '{}'", touched.to_mw()));
        let outcome = prune(&mut store, &settings);
        assert_eq!(outcome.unconfigured.len(), 1);
        assert_eq!((outcome.unconfigured[0].site.as_str(), outcome.unconfigured[0].seen), ("gonewiki", ChangeId(1)));
        (outcome.unconfigured[0].holds_back, outcome.deleted)
    };
    assert_eq!(vanished_since(3600), (true, 1), "only what it has seen goes");
    assert_eq!(vanished_since(4 * 86_400), (false, 2));
    repo.set("gonewiki", "chd_disabled = 1");
    assert_eq!(prune(&mut store, &settings).unconfigured, [], "who was disabled is not spoken of");
}

#[test]
fn g8_a_change_stays_for_the_keep_time_although_all_have_seen_it() {
    let (repo, mut store, settings) = on_sqlite(&["enwiki"], &[("pruneGraceSeconds", 0), ("pruneKeepSeconds", 3600)]);
    write(&repo, 4);
    repo.set("enwiki", "chd_seen = 4");
    let now = store.now().unwrap();
    for (id, age) in [(1, 3700), (2, 3500), (3, 3601)] {
        let time = now.minus(Duration::from_secs(age)).to_mw();
        repo.execute(&format!("UPDATE {{wb_changes}} SET change_time = '{time}' WHERE change_id = {id}"));
    }
    repo.execute("UPDATE {wb_changes} SET change_time = '99990101000000' WHERE change_id = 4");
    assert_eq!(prune(&mut store, &settings).deleted, 2);
    assert_eq!(left(&mut store), [2, 4]);
}

#[test]
fn g8_a_change_stays_for_the_grace_time_after_all_have_seen_it() {
    let (repo, store, settings) = on_sqlite(&["enwiki"], &[("pruneGraceSeconds", 1200), ("pruneKeepSeconds", 0)]);
    let mut store = FailingStore { inner: store, fate: Fate::new(None), clock_ahead: Ahead::default() };
    write(&repo, 3);
    repo.set("enwiki", "chd_seen = 2");
    let mut deleted_after = |seconds| {
        store.clock_ahead.set(Duration::from_secs(seconds));
        prune(&mut store, &settings).deleted
    };
    assert_eq!(deleted_after(0), 0, "it was found just now");
    repo.set("enwiki", "chd_seen = 3");
    assert_eq!(deleted_after(1199), 0);
    assert_eq!(deleted_after(1300), 2, "the third was found seen just now");
    assert_eq!(deleted_after(2600), 1);
}

#[test]
fn g8_one_call_deletes_one_batch_and_says_whether_there_is_another() {
    let (repo, mut store, settings) = on_sqlite(&["enwiki"], &AT_ONCE);
    write(&repo, 1200);
    repo.set("enwiki", "chd_seen = 1200");
    let batches: Vec<_> = (0..4).map(|_| prune(&mut store, &settings)).collect();
    assert_eq!(batches.iter().map(|batch| batch.deleted).collect::<Vec<_>>(), [500, 500, 200, 0]);
    assert_eq!(batches.iter().map(|batch| batch.is_more_left).collect::<Vec<_>>(), [true, true, false, false]);
}

fn rows_that_somebody_else_has_deleted_do_not_hurt<R: TestRepo>() {
    let (repo, mut store, settings) = clients::<R>(&["enwiki"], &AT_ONCE);
    write(&repo, 1000);
    repo.execute("DELETE FROM {wb_changes} WHERE change_id % 10 <> 0");
    repo.set("enwiki", "chd_seen = 995");
    assert_eq!(prune(&mut store, &settings).deleted, 99);
    assert_eq!(left(&mut store), [1000]);
    repo.execute("DELETE FROM {wb_changes}");
    repo.set("enwiki", "chd_seen = 1000");
    assert_eq!(prune(&mut store, &settings).deleted, 0);
}

#[test]
fn g8_rows_that_wikibase_has_deleted_itself_do_not_hurt() {
    rows_that_somebody_else_has_deleted_do_not_hurt::<SqliteRepo>();
    rows_that_somebody_else_has_deleted_do_not_hurt::<MariaRepo>();
}

fn dispatching_goes_on_after_the_whole_buffer_was_pruned<R: TestRepo>() {
    let (repo, mut store, settings) = clients::<R>(&["dewiki", "enwiki"], &AT_ONCE);
    repo.subscribe("enwiki", &["Q1"]);
    write(&repo, 3);
    let trigger = |store: &mut R::Store| fresh::trigger(store, &settings, &mut fastrand::Rng::with_seed(1)).unwrap();
    let serve = |store: &mut R::Store| {
        let pass = fresh::begin(store, &settings, "enwiki", Token(1)).unwrap().unwrap();
        ops::finish(store, &settings, &pass).unwrap();
        pass.batch.changes().iter().map(|change| change.id.0).collect::<Vec<_>>()
    };
    assert_eq!(trigger(&mut store).due, [site("enwiki")]);
    assert_eq!(serve(&mut store), [1, 2, 3]);
    assert_eq!(prune(&mut store, &settings).deleted, 3);
    let outcome = trigger(&mut store);
    assert_eq!((outcome.horizon, outcome.repairs, outcome.due), (ChangeId(3), vec![], vec![]));
    repo.change("Q1", PLAIN);
    let outcome = trigger(&mut store);
    assert_eq!((outcome.repairs, outcome.due, outcome.waits_for_gap), (vec![], vec![site("enwiki")], false));
    assert_eq!(serve(&mut store), [4]);
}

#[test]
fn g1_dispatching_goes_on_after_the_whole_buffer_was_pruned() {
    dispatching_goes_on_after_the_whole_buffer_was_pruned::<SqliteRepo>();
    dispatching_goes_on_after_the_whole_buffer_was_pruned::<MariaRepo>();
}

/// In the simulation: seed 67939. The first row that is left was behind an edit that had not ended.
fn what_an_edit_writes_that_ends_after_a_prune_is_not_late<R: TestRepo>() {
    let (repo, mut store, settings) = clients::<R>(&["enwiki"], &AT_ONCE);
    for id in [1, 2, 4] {
        repo.change_as(Some(id), "Q1", PLAIN.as_bytes());
    }
    repo.set("enwiki", "chd_seen = 2");
    assert_eq!(prune(&mut store, &settings).deleted, 2);
    repo.change_as(Some(3), "Q1", PLAIN.as_bytes());
    assert_eq!(store.find_late(10).unwrap(), []);
    repo.change_as(Some(2), "Q1", PLAIN.as_bytes());
    assert_eq!(store.find_late(10).unwrap(), [ChangeId(2)], "this one was missing when it was passed");
}

#[test]
fn g3_what_an_edit_writes_that_ends_after_a_prune_is_not_late() {
    what_an_edit_writes_that_ends_after_a_prune_is_not_late::<SqliteRepo>();
    what_an_edit_writes_that_ends_after_a_prune_is_not_late::<MariaRepo>();
}

#[test]
fn a_trigger_that_finds_work_says_when_pruning_is_due_and_one_that_finds_none_does_not_ask() {
    let (repo, store, settings) = on_sqlite(&["dewiki", "enwiki"], &AT_ONCE);
    let mut store = FailingStore { inner: store, fate: Fate::new(None), clock_ahead: Ahead::default() };
    let trigger = |store: &mut FailingStore<_>| {
        fresh::trigger(store, &settings, &mut fastrand::Rng::with_seed(1)).unwrap().found_something
            && ops::prune_is_due(store).unwrap()
    };
    assert!(!trigger(&mut store), "nothing was written");
    write(&repo, 1);
    assert!(trigger(&mut store), "it was never pruned");
    assert!(ops::prune_is_due(&mut store).unwrap());
    prune(&mut store, &settings);
    write(&repo, 1);
    assert!(!trigger(&mut store));
    store.clock_ahead.set(Duration::from_secs(600));
    write(&repo, 1);
    assert!(trigger(&mut store));
}

/// The change next to the last one that goes may be that of an edit that has not ended (G7).
#[test]
fn g8_pruning_neither_waits_for_an_open_edit_nor_is_it_taken_for_one() {
    let (repo, mut store, settings) = clients::<MariaRepo>(&["enwiki"], &AT_ONCE);
    write(&repo, 3);
    repo.set("enwiki", "chd_seen = 3");
    let mut editor = repo.editor();
    editor.run("BEGIN");
    editor.run("INSERT INTO wb_changes VALUES (NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')");
    assert_eq!(prune(&mut store, &settings).deleted, 3);
    editor.run("ROLLBACK");

    // A pruning that has not ended.
    write(&repo, 2);
    repo.set("enwiki", "chd_seen = 5");
    editor.run("BEGIN");
    editor.run("DELETE FROM wb_changes WHERE change_id <= 5");
    repo.change("Q1", PLAIN);
    let horizon = ops::horizon(&mut store, &settings).unwrap().upto.0;
    assert_eq!(horizon, 7, "id 5 is being deleted, and seen");
    editor.run("ROLLBACK");
}
