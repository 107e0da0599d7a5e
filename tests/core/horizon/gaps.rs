//! G7 on MariaDB, with real transactions: ids become visible out of order, and nothing that can still commit is passed.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    MariaRepo, PLAIN, TestRepo,
    dispatching::{dispatch, dispatch_client, farm, farm_of, trigger},
    edit::Edit,
    mariadb::SHARED,
    proxy::Proxy,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        horizon::{GapKind, GapRules, Horizon},
    },
    store::{
        ChangeBuffer, DispatchStates, ReadLimit,
        mysql::{MysqlServer, MysqlStore},
    },
};

/// As short as the tests can bear; the promise does not depend on its length.
const GRACE: Duration = Duration::from_millis(400);

fn look(store: &mut MysqlStore) -> Horizon {
    store.horizon(ChangeId(0), GapRules::after(GRACE)).unwrap()
}

fn kind(horizon: Horizon) -> Option<GapKind> {
    horizon.waits_for.map(|gap| gap.kind)
}

/// Looks until nothing is waited for; how long that took.
fn time_until_free(store: &mut MysqlStore) -> Duration {
    let start = Instant::now();
    while look(store).waits_for.is_some() {
        assert!(start.elapsed() < Duration::from_secs(10), "the horizon is held for ever");
        thread::sleep(Duration::from_millis(10));
    }
    start.elapsed()
}

#[test]
fn g7_an_insert_in_flight_is_never_passed_and_is_delivered_after_its_commit() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    let before = repo.change("Q1", PLAIN);
    let slow = Edit::begin(&repo, "Q1");
    repo.change("Q1", PLAIN);
    let start = Instant::now();
    while start.elapsed() < GRACE * 3 {
        let horizon = look(&mut store);
        assert_eq!((horizon.upto.0, kind(horizon)), (before, Some(GapKind::InFlight)), "however old it gets");
    }
    slow.commit();
    let horizon = look(&mut store);
    assert_eq!((horizon.upto, horizon.last, horizon.waits_for), (ChangeId(3), ChangeId(3), None));
}

#[test]
fn g7_id_12_commits_before_11_and_both_are_delivered_in_order() {
    let repo = MariaRepo::new();
    let settings = farm(&repo);
    let first = Edit::begin(&repo, "Q1");
    let second = Edit::begin(&repo, "Q1");
    assert!(first.id < second.id);
    let mut delivered = Vec::new();
    let second = second.commit();
    delivered.extend(dispatch(&mut repo.store(), &settings));
    assert_eq!(delivered, [0; 0], "nothing may pass the first");
    let first = first.commit();
    delivered.extend(dispatch(&mut repo.store(), &settings));
    assert_eq!(delivered, [first, second]);
}

/// The negative control: this is what the tests here are there to catch.
#[test]
fn g7_a_dispatcher_that_takes_the_highest_id_for_the_horizon_loses_the_change() {
    let repo = MariaRepo::new();
    farm(&repo);
    let slow = Edit::begin(&repo, "Q1");
    let fast = repo.change("Q1", PLAIN);
    let mut store = repo.store();
    let all = ReadLimit { rows: 100, bytes: 1 << 20 };
    let (mut delivered, mut seen) = (Vec::new(), ChangeId(0));
    let mut dispatch_to_the_highest_id = |store: &mut MysqlStore| {
        let highest = look(store).last;
        let chunk = store.read_changes(seen, highest, all).unwrap();
        delivered.extend(chunk.changes.iter().map(|change| change.id.0));
        seen = highest;
    };
    dispatch_to_the_highest_id(&mut store);
    let slow = slow.commit();
    dispatch_to_the_highest_id(&mut store);
    assert_eq!(delivered, [fast], "change {slow} is lost for good");
}

/// In a small buffer a server would rather read everything than a range, and meet the locks of others.
#[test]
fn g7_a_rolled_back_range_is_passed_while_an_edit_is_open_elsewhere_in_a_small_buffer() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    repo.change("Q1", PLAIN);
    Edit::begin(&repo, "Q1").roll_back();
    Edit::begin(&repo, "Q1").roll_back();
    let last_settled = repo.change("Q1", PLAIN);
    let open = Edit::begin(&repo, "Q1");
    repo.change("Q1", PLAIN);
    let start = Instant::now();
    while look(&mut store).upto.0 < last_settled {
        assert!(start.elapsed() < Duration::from_secs(10), "the open edit holds another range");
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(look(&mut store).waits_for.map(|gap| gap.ids.first.0), Some(open.id));
}

#[test]
fn g7_a_rolled_back_range_is_young_for_the_grace_period_and_then_passed() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    repo.change("Q1", PLAIN);
    Edit::begin(&repo, "Q1").roll_back();
    Edit::begin(&repo, "Q1").roll_back();
    let last = repo.change("Q1", PLAIN);
    let first_look = Instant::now();
    let held = look(&mut store);
    assert_eq!((held.upto, held.last.0, kind(held)), (ChangeId(1), last, Some(GapKind::Young)));
    time_until_free(&mut store);
    assert!(first_look.elapsed() >= GRACE, "{:?}", first_look.elapsed());
    assert!(first_look.elapsed() < GRACE * 3, "{:?}", first_look.elapsed());
    assert_eq!(look(&mut store).upto.0, last);
}

#[test]
fn g7_a_gap_that_was_in_flight_for_longer_than_the_grace_period_is_passed_when_it_is_rolled_back() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    let slow = Edit::begin(&repo, "Q1");
    let last = repo.change("Q1", PLAIN);
    let start = Instant::now();
    while start.elapsed() < GRACE + Duration::from_millis(50) {
        assert_eq!(kind(look(&mut store)), Some(GapKind::InFlight));
    }
    slow.roll_back();
    assert_eq!(look(&mut store).upto.0, last, "it has been missing for long enough");
}

#[test]
fn g7_an_id_that_is_given_out_but_not_inserted_yet_is_not_passed() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    repo.change("Q1", PLAIN);
    // What a writer looks like between the two: the counter has moved on, and there is neither row nor lock.
    repo.execute("ALTER TABLE {wb_changes} AUTO_INCREMENT = 3");
    repo.change("Q1", PLAIN);
    assert_eq!(kind(look(&mut store)), Some(GapKind::Young));
    let late = repo.change_as(Some(2), "Q1", PLAIN.as_bytes());
    assert_eq!((late, look(&mut store).upto), (2, ChangeId(3)));
}

#[test]
fn g7_several_rows_of_one_statement_are_one_gap_in_flight() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    let mut editor = repo.editor();
    editor.run("BEGIN");
    let row = "(NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')";
    editor.run(&repo.fill(&format!("INSERT INTO {{wb_changes}} VALUES {row}, {row}, {row}")));
    repo.change("Q1", PLAIN);
    let gap = look(&mut store).waits_for.unwrap();
    assert_eq!((gap.ids.first, gap.ids.last, gap.kind), (ChangeId(1), ChangeId(3), GapKind::InFlight));
    editor.run("COMMIT");
    assert_eq!(look(&mut store).upto, ChangeId(4));
}

#[test]
fn g7_an_increment_of_5_makes_no_list_and_hides_no_insert_in_flight() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    repo.sql.borrow_mut().run("SET auto_increment_increment = 5");
    for _ in 0..2500 {
        repo.change("Q1", "{}");
    }
    look(&mut store);
    time_until_free(&mut store);
    let free = look(&mut store);
    assert_eq!(free.upto, free.last);

    let mut editor = repo.editor();
    editor.run("SET auto_increment_increment = 5");
    editor.run("BEGIN");
    editor
        .run(&repo.fill(
            "INSERT INTO {wb_changes} VALUES (NULL, 'wikibase-item~update', '20260131235959', 'Q1', 8, 5, '{}')",
        ));
    let id = editor.last_id();
    for _ in 0..2500 {
        repo.change("Q1", "{}");
    }
    let start = Instant::now();
    while start.elapsed() < GRACE * 2 {
        let held = look(&mut store);
        assert!(held.upto.0 < id && held.waits_for.is_some(), "{held:?} passes {id}");
    }
    assert_eq!(kind(look(&mut store)), Some(GapKind::InFlight));
    editor.run("COMMIT");
    time_until_free(&mut store);
}

#[test]
fn g7_a_gap_of_a_billion_ids_costs_no_more_than_one_of_two() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    repo.change("Q1", PLAIN);
    repo.change_as(Some(2_000_000_000), "Q1", b"{}");
    let start = Instant::now();
    let held = look(&mut store);
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!((held.upto, kind(held)), (ChangeId(1), Some(GapKind::Young)));
    time_until_free(&mut store);
    assert_eq!(look(&mut store).upto, ChangeId(2_000_000_000));
}

#[test]
fn g7_a_row_that_is_being_deleted_delays_and_blocks_nothing() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    for _ in 0..3 {
        repo.change("Q1", PLAIN);
    }
    let mut pruner = repo.editor();
    pruner.run("BEGIN");
    pruner.run(&repo.fill("DELETE FROM {wb_changes} WHERE change_id = 2"));
    assert_eq!(look(&mut store).upto, ChangeId(3), "it is visible until that commits");
    pruner.run("COMMIT");
    time_until_free(&mut store);
    assert_eq!(look(&mut store).upto, ChangeId(3));
}

/// The rows behind the gap tell that it is there, and may go while somebody looks: a job of Wikibase's deletes what it has
/// delivered, wherever it lies.
#[test]
fn g7_an_insert_in_flight_is_not_passed_when_the_rows_behind_it_are_deleted_between_two_statements_of_a_look() {
    for left in [2, 3] {
        let repo = MariaRepo::new();
        let proxy = Proxy::before(&SHARED.socket());
        let mut store = repo.store_with(|connection| connection.server = MysqlServer::Socket(proxy.socket()));
        repo.change("Q1", PLAIN);
        let slow = Edit::begin(&repo, "Q1");
        for _ in 0..3 {
            repo.change("Q1", PLAIN);
        }
        let mut editor = repo.editor();
        let delete = repo.fill(&format!("DELETE FROM {{wb_changes}} WHERE change_id > {left}"));
        proxy.before_statement("LAG(change_id)", move || drop(editor.run(&delete)));
        let horizon = look(&mut store);
        assert!(proxy.has_happened());
        assert_eq!((horizon.upto, kind(horizon)), (ChangeId(1), Some(GapKind::InFlight)));
        slow.commit();
    }
}

#[test]
fn g7_looking_does_not_hinder_an_insert() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    let slow = Edit::begin(&repo, "Q1");
    repo.change("Q1", PLAIN);
    let held = look(&mut store);
    assert_eq!(kind(held), Some(GapKind::InFlight));
    let start = Instant::now();
    repo.change("Q1", PLAIN);
    repo.change_as(Some(50), "Q1", b"{}");
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
    slow.commit();
}

/// Jobs often run in a process of their own each. Did each have to see a gap for the whole grace period itself, none would
/// ever pass it.
#[test]
fn g7_processes_that_look_once_each_pass_a_dead_gap_when_one_has_waited_for_it() {
    let repo = MariaRepo::new();
    let settings = farm_of(&repo, &["dewiki", "enwiki"]);
    repo.change("Q1", PLAIN);
    Edit::begin(&repo, "Q1").roll_back();
    let last = repo.change("Q1", PLAIN);
    let outcome = trigger(&mut repo.store(), &settings);
    assert!((outcome.horizon.0, outcome.waits_for_gap) == (1, true), "a trigger with work does not wait: {outcome:?}");
    assert_eq!(dispatch_client(&mut repo.store(), &settings), [1]);
    let outcome = trigger(&mut repo.store(), &settings);
    assert_eq!((outcome.horizon.0, outcome.waits_for_gap), (last, false), "one without work does");
    assert_eq!(dispatch_client(&mut repo.store(), &settings), [last], "a process that has never seen the gap before");
}

#[test]
fn g7_how_long_a_gap_is_known_is_known_to_all_processes() {
    let repo = MariaRepo::new();
    Edit::begin(&repo, "Q1").roll_back();
    repo.change("Q1", PLAIN);
    let mut one = repo.store();
    look(&mut one);
    let start = Instant::now();
    while start.elapsed() < GRACE - Duration::from_millis(50) {
        look(&mut one);
    }
    drop(one);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(look(&mut repo.store()).waits_for, None);
}

#[test]
fn notes_of_our_own_belong_to_no_client() {
    let repo = MariaRepo::new();
    let mut store = repo.store();
    Edit::begin(&repo, "Q1").roll_back();
    repo.change("Q1", PLAIN);
    time_until_free(&mut store);
    assert_eq!(store.all_states().unwrap(), []);
    let rows = repo.sql.borrow_mut().run("SELECT chd_seen, chd_disabled FROM wb_changes_dispatch ORDER BY chd_site");
    let notes: Vec<_> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(notes, [(Some(2_u64), Some(1_u8)); 2], "of the buffer, and of what is settled");
}
