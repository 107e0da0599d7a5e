//! G1: ids can begin anew and grow past what clients have seen before anybody looks, when the buffer is truncated, or emptied with its
//! counter reset. The highest id tells nothing then.

use crate::support::{MariaRepo, PLAIN, SqliteRepo, TestRepo, dispatching::farm, fresh};
use wikibase_dispatch::{
    domain::{claim::Token, settings::Settings},
    ops,
    store::Store,
};

/// How to empty the buffer so that its ids begin anew.
trait BeginsAnew: TestRepo {
    const TRUNCATE: &[&str];
    const EMPTY_AND_RESET: &[&str];
}

impl BeginsAnew for MariaRepo {
    const TRUNCATE: &[&str] = &["TRUNCATE {wb_changes}"];
    const EMPTY_AND_RESET: &[&str] = &["DELETE FROM {wb_changes}", "ALTER TABLE {wb_changes} AUTO_INCREMENT = 1"];
}

impl BeginsAnew for SqliteRepo {
    const TRUNCATE: &[&str] = &["DELETE FROM {wb_changes}", "DELETE FROM sqlite_sequence WHERE name = '{wb_changes}'"];
    const EMPTY_AND_RESET: &[&str] = Self::TRUNCATE;
}

/// Writes changes of Q1 with these revisions.
fn edit(repo: &impl TestRepo, revisions: impl Iterator<Item = u64>) {
    for revision in revisions {
        repo.execute(&format!(
            "INSERT INTO {{wb_changes}} (change_type, change_time, change_object_id, change_revision_id, change_user_id, change_info)
            VALUES ('wikibase-item~update', '20260131235959', 'Q1', {revision}, 5, '{PLAIN}')"
        ));
    }
}

/// The revisions that a trigger and the passes after it deliver.
fn dispatch(store: &mut impl Store, settings: &Settings) -> Vec<u64> {
    fresh::trigger(store, settings, &mut fastrand::Rng::with_seed(1)).unwrap();
    let mut delivered = Vec::new();
    while let Some(pass) = fresh::begin(store, settings, "enwiki", Token(7)).unwrap() {
        delivered.extend(pass.batch.changes().iter().map(|change| change.revision));
        ops::finish(store, settings, &pass).unwrap();
    }
    delivered
}

fn every_change_after_ids_begin_anew_is_delivered<R: BeginsAnew>(before: u64, begin_anew: &[&str], after: u64) {
    let repo = R::new();
    let settings = farm(&repo);
    edit(&repo, 1..=before);
    assert_eq!(dispatch(&mut repo.store(), &settings), Vec::from_iter(1..=before));
    for statement in begin_anew {
        repo.execute(statement);
    }
    edit(&repo, 101..101 + after);
    let mut delivered = Vec::new();
    // The first trigger may only notice what has happened.
    for _ in 0..3 {
        delivered.extend(dispatch(&mut repo.store(), &settings));
    }
    assert_eq!(delivered, Vec::from_iter(101..101 + after));
}

#[test]
fn g1_8_edits_after_a_client_has_seen_5_and_the_buffer_was_truncated_are_all_delivered() {
    every_change_after_ids_begin_anew_is_delivered::<MariaRepo>(5, MariaRepo::TRUNCATE, 8);
}

#[test]
fn g1_30_edits_after_the_buffer_was_emptied_and_its_counter_reset_are_all_delivered() {
    every_change_after_ids_begin_anew_is_delivered::<MariaRepo>(15, MariaRepo::EMPTY_AND_RESET, 30);
}

#[test]
fn g1_8_edits_after_a_client_has_seen_5_and_the_buffer_was_emptied_on_sqlite_are_all_delivered() {
    every_change_after_ids_begin_anew_is_delivered::<SqliteRepo>(5, SqliteRepo::TRUNCATE, 8);
}

#[test]
fn g1_30_edits_after_a_client_has_seen_15_and_the_buffer_was_emptied_on_sqlite_are_all_delivered() {
    every_change_after_ids_begin_anew_is_delivered::<SqliteRepo>(15, SqliteRepo::EMPTY_AND_RESET, 30);
}

/// The control: clients do not begin anew because rows are deleted, as pruning and Wikibase's own job do.
#[test]
fn g3_nothing_is_repeated_when_rows_that_were_seen_are_deleted() {
    for delete in ["DELETE FROM {wb_changes}", "DELETE FROM {wb_changes} WHERE change_id > 3"] {
        let repo = MariaRepo::new();
        let settings = farm(&repo);
        edit(&repo, 1..=5);
        assert_eq!(dispatch(&mut repo.store(), &settings), Vec::from_iter(1..=5));
        repo.execute(delete);
        edit(&repo, 6..=8);
        let mut delivered = dispatch(&mut repo.store(), &settings);
        delivered.extend(dispatch(&mut repo.store(), &settings));
        assert_eq!(delivered, [6, 7, 8]);
    }
}
