//! G7 on MariaDB: `chd_seen` beyond the end of the buffer is noticed and repaired, and what only looks like it is not.

use crate::support::{
    MariaRepo, PLAIN, TestRepo,
    dispatching::{dispatch, dispatch_client, farm, trigger},
    edit::Edit,
};
use wikibase_dispatch::domain::change::ChangeId;

#[test]
fn g7_clients_beyond_all_ids_are_set_back_and_get_everything() {
    let repo = MariaRepo::new();
    let settings = farm(&repo);
    for _ in 0..20 {
        repo.change("Q1", PLAIN);
    }
    assert_eq!(dispatch(&mut repo.store(), &settings).len(), 20);
    // As after a dump of this table alone was loaded; the note of what is settled is of the earlier life, too.
    repo.execute(
        "INSERT INTO {wb_changes_dispatch} VALUES (CONCAT(CHAR(1), 'settled'), '', 20, '00000000000000', NULL, 1)",
    );
    repo.execute("TRUNCATE {wb_changes}");
    assert_eq!(trigger(&mut repo.store(), &settings).repairs, [], "an empty buffer says nothing");
    repo.change("Q1", PLAIN);
    let slow = Edit::begin(&repo, "Q1");
    repo.change("Q1", PLAIN);
    let outcome = trigger(&mut repo.store(), &settings);
    assert_eq!(outcome.repairs.len(), 1);
    assert_eq!((outcome.repairs[0].seen, outcome.repairs[0].highest), (ChangeId(20), ChangeId(3)));
    assert_eq!(dispatch_client(&mut repo.store(), &settings), [1], "and nothing that is in flight is passed");
    slow.commit();
    assert_eq!(dispatch(&mut repo.store(), &settings), [2, 3]);
}

#[test]
fn rows_deleted_at_the_end_are_no_reason_to_set_anybody_back() {
    let repo = MariaRepo::new();
    let settings = farm(&repo);
    for _ in 0..5 {
        repo.change("Q1", PLAIN);
    }
    dispatch(&mut repo.store(), &settings);
    repo.execute("DELETE FROM {wb_changes} WHERE change_id > 2");
    let outcome = trigger(&mut repo.store(), &settings);
    assert_eq!((outcome.repairs, repo.seen("enwiki")), (vec![], 5));
}
