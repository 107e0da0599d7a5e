//! What every store promises of the tables of a rollout, one test a promise, on each store.

use std::time::Duration;

use crate::support::{
    MariaRepo, OneClient, SqliteRepo, TestRepo,
    each_store::on_each_store,
    rollout::{changes, client, hand_over, ids_unhanded, put, repo, serving, start, state, write},
    site,
};
use wikibase_dispatch::{
    domain::{
        change::ChangeId,
        rollout::{AppliedRollout, ClientRollout, Facts, Step, WikibaseState, plan::BATCH},
    },
    error::ErrorKind,
    store::{Clock, DispatchStates, Rollouts, StateRow, TablePrefix},
};

use ClientRollout::{Leaving, On as Ours, Shadow as Watched};

on_each_store! {
    a_rollout_is_read_as_it_was_written,
    a_state_that_a_later_version_wrote_is_named,
    a_plan_is_told_what_the_tables_hold,
    nothing_is_written_where_nothing_is_planned,
    a_client_starts_after_a_change_and_never_goes_back,
    a_client_starts_again_where_it_is_told_and_loses_its_claim,
    a_client_that_leaves_is_told_from_one_that_is_disabled,
    the_floor_takes_its_notes_along,
    handed_changes_are_deleted_a_batch_at_a_time,
    unhanded_changes_are_found_in_their_order_and_bounded,
    g10_the_age_of_a_change_is_told_by_the_database,
    what_both_have_sent_is_forgotten_and_differences_stay,
    names_are_bound_not_pasted,
    g14_whatever_fails_in_a_transaction_leaves_all_as_it_was,
}

fn a_rollout_is_read_as_it_was_written<R: TestRepo>() {
    let (_repo, mut store) = repo::<R>();
    assert_eq!(store.rollout().unwrap(), AppliedRollout::default());
    let states =
        [Ours, Watched(None), Watched(Some(ChangeId(7))), Leaving(None), Leaving(Some(ChangeId(4_000_000_000)))];
    let rows: Vec<_> = (0..).map(|at| format!("wiki{at}")).zip(states).collect();
    write(&mut store, &[serving(20), Step::Put(rows.clone())]);
    let expected = AppliedRollout {
        wikibase: Some((WikibaseState::Serving, ChangeId(20))),
        clients: rows.iter().cloned().collect(),
    };
    assert_eq!(store.rollout().unwrap(), expected);
    write(&mut store, &[Step::PutWikibase(WikibaseState::Idle, ChangeId(0)), put("wiki1", Ours)]);
    assert_eq!(store.rollout().unwrap().wikibase, Some((WikibaseState::Idle, ChangeId(0))));
    assert_eq!(store.rollout().unwrap().of("wiki1"), Some(Ours));
    write(&mut store, &[Step::Remove(rows.into_iter().map(|(name, _)| name).collect()), Step::RemoveWikibase]);
    assert_eq!(store.rollout().unwrap(), AppliedRollout::default());
}

fn a_state_that_a_later_version_wrote_is_named<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    repo.execute("INSERT INTO {wb_changes_rollout} VALUES ('awiki', 'twice', 0)");
    let errors = [store.rollout().unwrap_err(), store.roll_out(&mut |_| panic!("nothing is known")).unwrap_err()];
    for error in errors {
        assert!(error.to_string().contains("\"twice\" of \"awiki\""), "{error}");
        assert!(!error.is_retryable());
    }
    // The transaction has ended all the same.
    repo.execute("DELETE FROM {wb_changes_rollout}");
    write(&mut store, &[serving(3)]);
    assert_eq!(store.rollout().unwrap().floor(), ChangeId(3));
}

fn a_plan_is_told_what_the_tables_hold<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    let facts = |store: &mut R::Store| {
        let mut facts = Facts::default();
        store
            .roll_out(&mut |told| {
                facts = told.clone();
                Vec::new()
            })
            .unwrap();
        facts
    };
    assert_eq!(facts(&mut store), Facts::default());
    changes(&repo, [3, 8]);
    write(
        &mut store,
        &[
            serving(2),
            start("awiki", 5),
            start("bwiki", 6),
            start("cwiki", 7),
            put("awiki", Leaving(Some(ChangeId(8)))),
            put("bwiki", Leaving(None)),
            put("gone", Leaving(Some(ChangeId(1)))),
            put("cwiki", Ours),
        ],
    );
    repo.set("bwiki", "chd_disabled = 1");
    let told = facts(&mut store);
    assert_eq!(told.applied, store.rollout().unwrap());
    assert_eq!((told.last, told.has_handed_changes), (ChangeId(8), false));
    assert_eq!(told.seen.get("awiki"), Some(&ChangeId(5)));
    assert_eq!((told.seen.get("bwiki"), told.seen.get("gone")), (None, None), "nobody waits for them");
    write(&mut store, &[Step::RaiseFloor(ChangeId(3))]);
    assert!(facts(&mut store).has_handed_changes, "change 3 is");
    write(&mut store, &[Step::RemoveWikibase]);
    assert!(!facts(&mut store).has_handed_changes);
    hand_over(&repo, [9]);
    assert!(facts(&mut store).has_handed_changes, "it was noted");
}

fn nothing_is_written_where_nothing_is_planned<R: TestRepo>() {
    let (_repo, mut store) = repo::<R>();
    let done = store.roll_out(&mut |_| Vec::new()).unwrap();
    assert_eq!((done.before, done.steps), (AppliedRollout::default(), Vec::new()));
    let done = store.roll_out(&mut |_| vec![serving(1)]).unwrap();
    assert_eq!((done.before, done.steps), (AppliedRollout::default(), vec![serving(1)]));
    assert_eq!(store.roll_out(&mut |_| Vec::new()).unwrap().before.floor(), ChangeId(1));
}

fn a_client_starts_after_a_change_and_never_goes_back<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    write(&mut store, &[start("awiki", 20)]);
    let row = state(&mut store, "awiki");
    assert_eq!((row.seen, row.domain.as_str(), row.lock, row.disabled), (ChangeId(20), "awiki", None, false));
    repo.set("awiki", "chd_lock = 'x'");
    for (after, seen) in [(15, 20), (25, 25)] {
        write(&mut store, &[start("awiki", after)]);
        assert_eq!(repo.seen("awiki"), seen);
    }
    assert_eq!(repo.lock("awiki").as_deref(), Some("x"));
}

fn a_client_starts_again_where_it_is_told_and_loses_its_claim<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    write(&mut store, &[start("awiki", 30), start("bwiki", 30)]);
    repo.set("awiki", "chd_lock = 'x'");
    let again = Step::StartAgain { clients: ["awiki", "cwiki"].map(client).to_vec(), after: ChangeId(20) };
    write(&mut store, &[again]);
    assert_eq!((repo.seen("awiki"), repo.lock("awiki")), (20, None));
    assert_eq!((repo.seen("bwiki"), repo.seen("cwiki")), (30, 20));
}

fn a_client_that_leaves_is_told_from_one_that_is_disabled<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    write(&mut store, &[start("awiki", 3), start("bwiki", 3)]);
    repo.set("bwiki", "chd_disabled = 1");
    let (awiki, bwiki) = ("awiki".to_owned(), "bwiki".to_owned());
    write(&mut store, &[Step::Stop(vec![awiki, bwiki, "nowiki".to_owned()])]);
    let is = |row: StateRow| (row.disabled, row.has_left);
    assert_eq!((is(state(&mut store, "awiki")), is(state(&mut store, "bwiki"))), ((true, true), (true, false)));
    assert!(!store.claim_one("awiki", 3, None, "x").unwrap(), "it gets nothing");
    write(&mut store, &[start("awiki", 3), start("bwiki", 3)]);
    assert_eq!((is(state(&mut store, "awiki")), is(state(&mut store, "bwiki"))), ((false, false), (true, false)));
}

fn the_floor_takes_its_notes_along<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    changes(&repo, 1..=4);
    hand_over(&repo, [1, 2, 4]);
    write(&mut store, &[serving(0)]);
    write(&mut store, &[Step::RaiseFloor(ChangeId(2))]);
    assert_eq!((store.rollout().unwrap().floor(), ids_unhanded(&mut store)), (ChangeId(2), vec![1, 2, 3]));
    assert!(store.is_something_handed().unwrap());
    write(&mut store, &[Step::RaiseFloor(ChangeId(4))]);
    assert!(!store.is_something_handed().unwrap());
}

fn handed_changes_are_deleted_a_batch_at_a_time<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    let batch = BATCH as u64;
    changes(&repo, 1..=batch + 9);
    let noted = [4, batch + 5, batch + 7, batch + 900];
    hand_over(&repo, noted);
    let delete = Step::DeleteHanded { upto: ChangeId(batch + 2) };
    write(&mut store, std::slice::from_ref(&delete));
    let left = |ids: &[u64]| ids.iter().map(|id| batch + id).collect::<Vec<_>>();
    assert_eq!(ids_unhanded(&mut store), left(&[1, 2, 3, 4, 6, 8, 9]));
    write(&mut store, std::slice::from_ref(&delete));
    assert_eq!(ids_unhanded(&mut store), left(&[3, 4, 6, 8, 9]));
    assert!(!store.is_something_handed().unwrap(), "nor of a change that is gone already");
    repo.execute("DELETE FROM {wb_changes_handed}");
    assert_eq!(ids_unhanded(&mut store), left(&[3, 4, 6, 8, 9]), "what was noted is gone, too");
    write(&mut store, &[Step::DeleteHanded { upto: ChangeId(0) }]);
    assert_eq!(ids_unhanded(&mut store).len(), 5);
}

fn unhanded_changes_are_found_in_their_order_and_bounded<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    changes(&repo, [9, 2, 7, 4, 5]);
    hand_over(&repo, [4]);
    let mut find = |after, upto, limit| {
        let found = store.unhanded(ChangeId(after), ChangeId(upto), limit).unwrap();
        found.into_iter().map(|change| (change.id.0, change.entity)).collect::<Vec<_>>()
    };
    let named = |ids: &[u64]| ids.iter().map(|id| (*id, format!("Q{id}"))).collect::<Vec<_>>();
    assert_eq!(find(0, 9, 10), named(&[2, 5, 7, 9]));
    assert_eq!(find(2, 8, 10), named(&[5, 7]));
    assert_eq!(find(0, 9, 2), named(&[2, 5]));
    assert_eq!(find(9, 9, 10), named(&[]));
}

fn g10_the_age_of_a_change_is_told_by_the_database<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    changes(&repo, [1, 2]);
    let time = store.now().unwrap().minus(Duration::from_secs(1000)).to_mw();
    repo.execute(&format!("UPDATE {{wb_changes}} SET change_time = '{time}' WHERE change_id = 1"));
    repo.execute("UPDATE {wb_changes} SET change_time = 'long ago' WHERE change_id = 2");
    let found = store.unhanded(ChangeId(0), ChangeId(9), 9).unwrap();
    assert!((1000..1010).contains(&found[0].age.as_secs()), "{:?}", found[0].age);
    assert_eq!(found[1].age, Duration::MAX);
}

fn what_both_have_sent_is_forgotten_and_differences_stay<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    let (enwiki, ids) = (site("enwiki"), (1..=1200).map(ChangeId).collect::<Vec<_>>());
    store.note_shadow(&enwiki, &ids).unwrap();
    store.note_shadow(&enwiki, &ids[..10]).unwrap();
    store.note_shadow(&enwiki, &[]).unwrap();
    store.note_shadow(&site("dewiki"), &ids[..3]).unwrap();
    for id in 5..=1201 {
        repo.execute(&format!("INSERT INTO {{wb_changes_shadow}} VALUES ('enwiki', {id}, 1)"));
    }
    store.compare_shadow("enwiki", ChangeId(2)).unwrap();
    // What is left, told by what can still be noted as ours: 3 and 4 are.
    let count = |repo: &R, site: &str, condition: &str| {
        repo.execute(&format!("DELETE FROM {{wb_changes_dispatch}} WHERE chd_site = '{site}'"));
        repo.execute(&format!(
            "INSERT INTO {{wb_changes_dispatch}} (chd_site, chd_db, chd_seen) SELECT '{site}', '', COUNT(*)
            FROM {{wb_changes_shadow}} WHERE csh_site = '{site}' AND {condition}"
        ));
        repo.seen(site)
    };
    assert_eq!(count(&repo, "enwiki", "csh_by = 2 AND csh_change_id IN (3, 4)"), 2);
    assert_eq!(count(&repo, "enwiki", "csh_by = 1 AND csh_change_id = 1201"), 1);
    assert_eq!((count(&repo, "enwiki", "1 = 1"), count(&repo, "dewiki", "1 = 1")), (3, 3));
    write(&mut store, &[Step::ForgetShadow(vec!["enwiki".to_owned()])]);
    assert_eq!((count(&repo, "enwiki", "1 = 1"), count(&repo, "dewiki", "1 = 1")), (0, 3));
}

fn names_are_bound_not_pasted<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    let odd = "a'b\"c%_\\;--ü";
    for step in [start(odd, 5), put(odd, Leaving(Some(ChangeId(5))))] {
        write(&mut store, &[step]);
    }
    assert_eq!(store.rollout().unwrap().of(odd), Some(Leaving(Some(ChangeId(5)))));
    store.note_shadow(&site(odd), &[ChangeId(1)]).unwrap();
    store.compare_shadow(odd, ChangeId(1)).unwrap();
    let again = Step::StartAgain { clients: vec![client(odd)], after: ChangeId(3) };
    let odd_one = || vec![odd.to_owned()];
    write(&mut store, &[again, Step::Stop(odd_one()), Step::ForgetShadow(odd_one()), Step::Remove(odd_one())]);
    assert_eq!((repo.seen(odd), state(&mut store, odd).has_left), (3, true));
    assert_eq!(store.rollout().unwrap(), AppliedRollout::default());
}

fn g14_whatever_fails_in_a_transaction_leaves_all_as_it_was<R: TestRepo>() {
    let (repo, mut store) = repo::<R>();
    repo.execute("DROP TABLE {wb_changes_shadow}");
    let steps = vec![serving(7), start("awiki", 7), Step::ForgetShadow(vec!["awiki".to_owned()])];
    let error = store.roll_out(&mut |_| steps.clone()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SchemaMissing);
    assert_eq!(store.rollout().unwrap(), AppliedRollout::default());
    assert_eq!(store.state(&site("awiki")).unwrap(), None);
    // And what comes after is not part of it.
    write(&mut store, &[serving(8)]);
    assert_eq!(repo.store().rollout().unwrap().floor(), ChangeId(8));
    let wrong = repo.store_with_prefix(TablePrefix::parse("other_").unwrap()).rollout().unwrap_err();
    assert!(wrong.to_string().contains("prefix"), "{wrong}");
}
